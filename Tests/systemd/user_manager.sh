#!/usr/bin/env bash
# Drives the built programs in a real systemd user manager: installs them with systemd/install.sh, then socket
# activation, readiness, status text, stop while busy, restart after a crash and after a hang, and removal.
#
#   Tests/systemd/user_manager.sh FOLDER     the folder with tintyped, tintype, tintype-media and tintype-engine
#
# Needs root, for a mount namespace of its own: nothing outside it is changed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repository=$(dirname "$(dirname "$here")")
media=$repository/Tests/Fixtures/media

if [[ ${1:-} != --inside ]]; then
    [[ -x ${1:-}/tintyped ]] || { echo "usage: $0 FOLDER-WITH-PROGRAMS" >&2 && exit 64; }
    ((EUID == 0)) || { echo "$0 needs root, for a mount namespace of its own." >&2 && exit 2; }
    # A process namespace too: whatever the manager starts ends with it, however it ends.
    exec unshare --mount --pid --fork --mount-proc --kill-child -- bash "${BASH_SOURCE[0]}" --inside "$(realpath "$1")"
fi

# Below the namespace's own /run: gone with it.
built=$2 scratch=/run/scratch
passed=0 failed=0

# Runs a command and notes whether it succeeded: check "what must be true" COMMAND…
check() {
    local what=$1
    shift
    if "$@" >"$scratch/output" 2>&1; then
        passed=$((passed + 1)) && echo "ok      $what"
    else
        failed=$((failed + 1)) && echo "FAILED  $what"
        tail -n 12 "$scratch/output" | sed 's/^/        /'
        systemctl --user status --lines=5 tintyped.service 2>&1 | head -n 14 | sed 's/^/        /' || true
    fi
}

# Waits at most so many seconds until a command succeeds.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

property() { systemctl --user show --value --property "$1" "${2:-tintyped.service}"; }
is() { [[ $(property "$1") == "$2" ]] || { echo "$1 is $(property "$1"), not $2" && return 1; }; }
ask() { curl --silent --show-error --fail --max-time 20 --unix-socket "$XDG_RUNTIME_DIR/tintype/tintyped.sock" "http://tintype$1"; }
# Sends a signal to the daemon; to nobody where it does not run.
signal_daemon() {
    local process
    process=$(property MainPID)
    ((process > 1)) && kill "-$1" "$process"
}
main_process_has() { grep -qE "$1" "/proc/$(property MainPID)/status"; }
waits() { [[ $(ask /v1/status) =~ \"words\"[[:space:]]*:[[:space:]]*[1-9] ]]; }
finds() { "$HOME/.local/bin/tintype" find --files "$1" | grep -q .; }

start_manager() {
    mount -t tmpfs tmpfs /run
    mkdir -p /run/systemd/system /run/user/0
    chmod 700 /run/user/0
    # The machine's own units would only get in the way.
    export HOME=$scratch/home XDG_RUNTIME_DIR=/run/user/0
    unset TINTYPE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME DBUS_SESSION_BUS_ADDRESS
    mkdir -p "$HOME/Pictures"
    /lib/systemd/systemd --user >"$scratch/manager.log" 2>&1 &
    within 20 systemctl --user show-environment >/dev/null 2>&1 || {
        cat "$scratch/manager.log"
        echo "no user manager came up here" && exit 2
    }
}

test_installation() {
    cp "$media/photos/harbour.jpg" "$media/documents/invoice.png" "$HOME/Pictures"
    check "install.sh installs, starts and waits until all is searchable" \
        timeout 120 "$repository/systemd/install.sh" --built "$built" --no-packages "$HOME/Pictures"
    check "three searches are suggested" test "$(grep -c '^    tintype find ' "$scratch/output")" -eq 3
    check "a file is found by its name" finds harbour
    check "the installed units are clean" is_clean "$HOME"/.config/systemd/user/tintyped.{service,socket}
}

# An unknown setting is only told, with status 0: whatever is told is a fault.
is_clean() {
    local told
    if told=$(systemd-analyze verify --user "$@" 2>&1) && [[ -z $told ]]; then return 0; fi
    echo "$told" && return 1
}

test_activation() {
    systemctl --user --quiet stop tintyped.service || true
    check "stopped by the manager it ends well" is Result success
    check "the socket listens on" is_listening
    check "whoever asks starts it" ask /v1/status
    check "it says when it is ready" is ActiveState active
    check "it has a status text" within 10 has_status_text
    check "it runs in the background slice" is Slice background.slice
    check "its system calls are filtered" main_process_has $'^Seccomp:\t2'
    check "it can gain no privileges" main_process_has $'^NoNewPrivs:\t1'
    check "it sees the system read-only" sees_read_only /usr
    check "it sees the pictures read-only" sees_read_only "$HOME/Pictures"
    check "only the person can reach the socket" test "$(stat -c %a "$XDG_RUNTIME_DIR/tintype/tintyped.sock")" = 600
    check "only the person can enter its folder" test "$(stat -c %a "$XDG_RUNTIME_DIR/tintype")" = 700
}
is_listening() { [[ $(property ActiveState tintyped.socket) == active && $(property ActiveState) == inactive ]]; }
# What cannot be made here (no user namespaces) was said by install.sh and is passed over.
sees_read_only() {
    [[ -e $HOME/.config/systemd/user/tintyped.service.d/hardening.conf ]] || return 0
    ! nsenter --mount --target "$(property MainPID)" touch "$1/written" || { rm -f "$1/written" && return 1; }
}
has_status_text() { [[ -n $(property StatusText) ]]; }

test_stop_while_busy() {
    local copy before
    # A byte behind the end makes each a content of its own.
    for copy in {1..60}; do
        { cat "$media/documents/invoice.png" && echo "$copy"; } >"$HOME/Pictures/copy-$copy.png"
    done
    if [[ -z ${STAND_IN:-} ]]; then check "new files are queued" within 30 waits; fi
    before=$SECONDS
    systemctl --user --quiet stop tintyped.service || true
    check "stopped while busy it ends well" is Result success
    check "stopped while busy it ends with status 0" is ExecMainStatus 0
    check "stopped while busy it ends soon" test $((SECONDS - before)) -le 15
    check "afterwards it starts again" ask /v1/status
    check "files that came meanwhile are found" within 60 finds copy-60
}

# Every start counts towards the limit of starts, ours too.
forget_starts() { systemctl --user reset-failed tintyped.service 2>/dev/null || true; }

test_restarts() {
    local first
    forget_starts
    first=$(property NRestarts)
    check "SIGSEGV is sent" signal_daemon SEGV
    check "a crash is followed by a restart" within 60 is_restarted $((first + 1))
    check "it answers after the crash" ask /v1/status
    check "SIGKILL is sent" signal_daemon KILL
    check "kill -9 is followed by a restart" within 60 is_restarted $((first + 2))
    check "it still knows its files" within 30 finds harbour

    mkdir -p "$HOME/.config/systemd/user/tintyped.service.d"
    printf '[Service]\nWatchdogSec=4s\nTimeoutAbortSec=2s\n' >"$HOME/.config/systemd/user/tintyped.service.d/watchdog.conf"
    systemctl --user daemon-reload
    forget_starts
    check "it starts again" systemctl --user restart tintyped.service
    first=$(property NRestarts)
    sleep 9
    check "idle it feeds the watchdog" test "$(property NRestarts)" = "$first"
    check "SIGSTOP is sent" signal_daemon STOP
    check "a hang is followed by a restart" within 60 is_restarted $((first + 1))
    check "it answers after the hang" ask /v1/status
}
is_restarted() { [[ $(property NRestarts) == "$1" && $(property ActiveState) == active ]]; }

test_upgrade_and_removal() {
    local before
    before=$(property MainPID)
    check "run again, install.sh upgrades" "$repository/systemd/install.sh" --built "$built" --no-packages --no-wait
    check "the upgraded daemon is another process" test "$(property MainPID)" != "$before"
    check "--uninstall removes it" "$repository/systemd/install.sh" --uninstall
    check "no program is left" test -z "$(find "$HOME/.local/bin" -type f)"
    check "no unit of ours is left" test -z "$(find "$HOME/.config/systemd" -name 'tintyped*' ! -name tintyped.service.d)"
    check "no process is left" within 10 no_daemon
    check "the descriptions are kept" test -d "$HOME/.local/share/tintype"
    check "--purge wants to be asked or told" test "$(exit_status --purge)" = 64
    check "--purge removes them" "$repository/systemd/install.sh" --purge --yes
    check "no description is left" test ! -e "$HOME/.local/share/tintype"
    check "the pictures are as they were" cmp "$media/photos/harbour.jpg" "$HOME/Pictures/harbour.jpg"
}
no_daemon() { ! readlink /proc/[0-9]*/exe | grep -q "$HOME/.local/bin/tintyped"; }
exit_status() {
    local status=0
    "$repository/systemd/install.sh" "$@" >/dev/null 2>&1 </dev/null || status=$?
    echo "$status"
}

start_manager
test_installation
test_activation
test_stop_while_busy
test_restarts
test_upgrade_and_removal
echo "systemd: $passed passed, $failed failed"
((failed == 0))
