# shellcheck shell=bash
# Taking Tintype away again. Sourced by install.sh.

# Removes the programs, the units and what may be lost; the descriptions and the settings stay.
uninstall() {
    stop_daemons
    remove_units
    remove_programs
    rm -rf "$state" "$runtime"
    say "Tintype is removed. Your pictures were not touched."
    if ((!purge)); then
        say "The descriptions and models are kept in $data, the settings in $config; --purge removes them too."
    fi
    if [[ -n ${TINTYPE_HOME:-} ]]; then
        rm -rf "$TINTYPE_HOME/cache"
    else
        say "Thumbnails stay in $thumbnails: file managers share them."
    fi
    say "The Debian packages stay: other programs may use them."
}

# Asks before the descriptions go: looking at every picture anew takes long.
confirm_purge() {
    local answer
    ((!assume_yes)) || return 0
    [[ -t 0 ]] || wrong_use "--purge removes every description and asks first; with no terminal to ask on, add --yes."
    read -r -p "Remove every description, tag and model in $data, and the settings? [y/N] " answer
    [[ $answer == [yY]* ]] || fail "Nothing was removed." ""
}

purge_library() {
    rm -rf "$data" "$config"
    if [[ -n ${TINTYPE_HOME:-} ]]; then rmdir --ignore-fail-on-non-empty "$TINTYPE_HOME" 2>/dev/null || true; fi
    say "The descriptions, the models and the settings are removed."
}
