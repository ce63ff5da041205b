# shellcheck shell=bash
# The service: units in the person's own systemd where there is one, a plain process where there is none. Sourced by
# install.sh.

# Whether the person's service manager answers, and the library is the one that it would serve.
has_manager() {
    [[ -z ${TINTYPE_HOME:-} ]] && command -v systemctl >/dev/null && systemctl --user show-environment >/dev/null 2>&1
}

# Makes Tintype's own folders: a hardened service may write to them, and cannot make them itself.
make_folders() {
    (umask 077 && mkdir -p "$data" "$state" "$thumbnails")
}

# Writes a systemd word: the path with what the unit file syntax would take for something else escaped.
unit_word() {
    local word=${1//\\/\\\\}
    word=${word//%/%%}
    printf '"%s"' "${word//\"/\\\"}"
}

# Writes a unit with this machine's paths in place of the standard ones.
render_unit() {
    local source=$1 target=$2 line
    mkdir -p "$(dirname "$target")"
    while IFS= read -r line; do
        case $line in
            ExecStart=*) line="ExecStart=$(unit_word "$bin/tintyped")" ;;
            ReadWritePaths=*)
                line="ReadWritePaths=$(unit_word "$data") $(unit_word "$state") $(unit_word "$thumbnails") %t/tintype"
                ;;
        esac
        printf '%s\n' "$line"
    done <"$source" >"$target.new"
    mv -f "$target.new" "$target"
}

# Whether the manager can run a service as this drop-in wants it: not everywhere may a person make user namespaces.
can_apply() {
    local line
    local -a properties=()
    while IFS= read -r line; do
        [[ $line != [A-Z]*=* ]] || properties+=(--property "${line//%t/${XDG_RUNTIME_DIR:-/run/user/$UID}}")
    done <"$1"
    # The socket's folder is there as soon as the socket is.
    mkdir -p -m 0700 "$runtime"
    systemd-run --user --quiet --wait --collect "${properties[@]}" true >/dev/null 2>&1
}

install_units() {
    local unit
    for unit in tintyped.service tintyped.socket; do
        render_unit "$here/$unit" "$units/$unit"
    done
    render_unit "$here/tintyped.service.d/hardening.conf" "$units/tintyped.service.d/hardening.conf"
    if ! can_apply "$units/tintyped.service.d/hardening.conf"; then
        rm -f "$units/tintyped.service.d/hardening.conf"
        say "Note: user namespaces are not to be had here, so the service runs without the read-only file system."
    fi
    systemctl --user daemon-reload
    systemctl --user --quiet enable tintyped.socket tintyped.service
}

remove_units() {
    if has_manager; then
        systemctl --user --quiet disable --now tintyped.socket tintyped.service 2>/dev/null || true
    fi
    rm -f "$units/tintyped.service" "$units/tintyped.socket" "$units/tintyped.service.d/hardening.conf" \
        "$units/default.target.wants/tintyped.service" "$units/sockets.target.wants/tintyped.socket"
    if [[ -d $units/tintyped.service.d ]]; then rmdir --ignore-fail-on-non-empty "$units/tintyped.service.d"; fi
    if has_manager; then systemctl --user daemon-reload; fi
}

# Starts the new daemon; an older one has been stopped by `stop_daemons`.
start_daemon() {
    if has_manager; then
        install_units
        # Every start counts towards the limit of starts, upgrades too.
        systemctl --user reset-failed tintyped.socket tintyped.service 2>/dev/null || true
        systemctl --user restart tintyped.socket
        systemctl --user restart tintyped.service ||
            fail "The service does not start." "See: systemctl --user status tintyped; journalctl --user -u tintyped"
        say "The service tintyped runs, and will after every login."
    else
        if [[ -z ${TINTYPE_HOME:-} ]]; then
            say "Note: no systemd of yours answers here, so the daemon starts with the first \`tintype\` command instead."
        fi
        "$bin/tintype" status >/dev/null || fail "The daemon does not start." "See $state/tintyped.log."
        say "The daemon runs."
    fi
}

# Prints the processes of this person that run our `tintyped` on this library.
daemon_processes() {
    local entry program home
    for entry in /proc/[0-9]*; do
        [[ -O $entry ]] || continue
        program=$(readlink "$entry/exe" 2>/dev/null) || continue
        [[ ${program% (deleted)} == "$(realpath -m "$bin/tintyped")" ]] || continue
        home=$(tr '\0' '\n' <"$entry/environ" 2>/dev/null | sed -n 's/^TINTYPE_HOME=//p') || continue
        [[ $home == "${TINTYPE_HOME:-}" ]] && printf '%s\n' "${entry#/proc/}"
    done
    return 0
}

# Stops the daemon and waits until it has put its work away.
stop_daemons() {
    local process
    local -a processes
    if has_manager; then
        systemctl --user --quiet stop tintyped.socket tintyped.service 2>/dev/null || true
    fi
    mapfile -t processes < <(daemon_processes)
    for process in "${processes[@]}"; do
        kill -TERM "$process" 2>/dev/null || continue
        timeout 30 tail --pid="$process" -f /dev/null || kill -KILL "$process" 2>/dev/null || true
    done
}
