#!/usr/bin/env bash
# Installs Tintype for the person who runs it, and lets it watch folders. Run again, it upgrades.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: systemd/install.sh [DIR…] [options]

Builds Tintype, installs it, starts it, and lets it watch the folders DIR…. Run again, it upgrades.
Your pictures are only ever read.

  --prefix P            install into P/bin (default: ~/.local)
  --languages "A B…"    languages that Tintype reads besides English, by Tesseract's names, as "deu fra"
                        (default: your locale's)
  --no-packages         install no Debian packages: what is needed is there
  --no-models           do not fetch the small models of the first look
  --built FOLDER        install the programs from FOLDER instead of building them
  --no-wait             do not wait until the folders are searchable
  --uninstall           remove everything but the descriptions and settings
  --purge               remove the descriptions and settings as well (asks first)
  --yes                 do not ask
  --help                print this

Exit status: 0 done, 2 failed, 64 wrong use.
TEXT
}

say() { printf '%s\n' "$@"; }

# Ends with what happened and what to do.
fail() {
    printf 'install.sh: %s\n' "$1" >&2
    shift
    local remedy="$*"
    if [[ -n $remedy ]]; then printf '%s\n' "$remedy" >&2; fi
    exit 2
}

wrong_use() {
    printf 'install.sh: %s\n' "$1" >&2
    usage >&2
    exit 64
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repository=$(dirname "$here")
# shellcheck source-path=SCRIPTDIR
source "$here/install/packages.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/install/programs.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/install/service.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/install/progress.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/install/model.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/install/removal.sh"

read_arguments() {
    while (($# > 0)); do
        case $1 in
            --prefix | --languages | --built)
                (($# > 1)) || wrong_use "$1 needs a value."
                case $1 in
                    --prefix) prefix=$(realpath -m -- "$2") ;;
                    --languages) read -r -a languages <<<"$2" ;;
                    --built) built=$(realpath -m -- "$2") ;;
                esac
                shift
                ;;
            --no-packages) with_packages=0 ;;
            --no-models) with_models=0 ;;
            --no-wait) wait=0 ;;
            --uninstall) remove=1 ;;
            --purge) remove=1 purge=1 ;;
            --yes) assume_yes=1 ;;
            --help | -h) usage && exit 0 ;;
            --) shift && folders+=("$@") && break ;;
            -*) wrong_use "$1 is not an option." ;;
            *) folders+=("$1") ;;
        esac
        shift
    done
}

check_arguments() {
    local index language
    ((!remove || ${#folders[@]} == 0)) || wrong_use "Folders are not removed; leave them out."
    for index in "${!folders[@]}"; do
        [[ -d ${folders[index]} ]] || fail "${folders[index]} is not a folder." "Name folders that exist."
        folders[index]=$(realpath -- "${folders[index]}")
    done
    for language in "${languages[@]}"; do
        [[ $language =~ ^[a-z_]+$ ]] || wrong_use "\"$language\" is no language's name; they are as deu, fra, chi_sim."
    done
}

# Where Tintype keeps its things, as Sources/DaemonAPI/RuntimePaths.swift decides it.
set_paths() {
    bin=$prefix/bin
    units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
    if [[ -n ${TINTYPE_HOME:-} ]]; then
        TINTYPE_HOME=$(realpath -m -- "$TINTYPE_HOME")
        export TINTYPE_HOME
        data=$TINTYPE_HOME/data state=$TINTYPE_HOME/state runtime=$TINTYPE_HOME/run
        thumbnails=$TINTYPE_HOME/cache/thumbnails config=$TINTYPE_HOME/config.toml
    else
        data=${XDG_DATA_HOME:-$HOME/.local/share}/tintype
        state=${XDG_STATE_HOME:-$HOME/.local/state}/tintype
        thumbnails=${XDG_CACHE_HOME:-$HOME/.cache}/thumbnails
        config=${XDG_CONFIG_HOME:-$HOME/.config}/tintype
        if [[ -n ${XDG_RUNTIME_DIR:-} ]]; then
            runtime=$XDG_RUNTIME_DIR/tintype
        elif [[ -O /run/user/$UID ]]; then
            runtime=/run/user/$UID/tintype
        else
            runtime=/tmp/tintype-$UID
        fi
    fi
}

# Writes the languages that were asked for into the settings, where there are none yet.
write_settings() {
    local file=$config
    [[ $file == *.toml ]] || file=$config/config.toml
    ((${#languages[@]} > 0)) || return 0
    local listed
    listed=$(printf '"%s", ' eng "${languages[@]}")
    if [[ -e $file ]]; then
        say "Note: $file is left as it is. To read these languages it needs:" "    [words]" "    languages = [${listed%, }]"
        return 0
    fi
    mkdir -p "$(dirname "$file")"
    printf '[words]\nlanguages = [%s]\n' "${listed%, }" >"$file"
}

install_everything() {
    local -a reads
    mapfile -t reads < <(if ((${#languages[@]} > 0)); then printf '%s\n' eng "${languages[@]}"; else locale_languages; fi)
    if [[ -z $built ]]; then require_swift; fi
    if ((with_packages)); then
        local -a packages
        mapfile -t packages < <(language_packages osd "${reads[@]}")
        install_packages "${build_packages[@]}" "${model_packages[@]}" "${packages[@]}"
    fi
    make_folders
    log=$state/install.log
    if [[ -z $built ]]; then build_programs; fi
    write_settings
    stop_daemons
    install_programs
    start_daemon
}

main() {
    local prefix=$HOME/.local built="" with_packages=1 with_models=1 wait=1 remove=0 purge=0 assume_yes=0
    local -a folders=() languages=()
    local bin units data state thumbnails config runtime log
    read_arguments "$@"
    set_paths
    check_arguments
    if ((remove)); then
        if ((purge)); then confirm_purge; fi
        uninstall
        if ((purge)); then purge_library; fi
        return 0
    fi
    install_everything
    if ((with_models)); then get_first_look; fi
    if ((${#folders[@]} > 0)); then "$bin/tintype" add "${folders[@]}"; fi
    if ((wait)); then
        wait_until_searchable
        suggest_searches
    fi
    offer_model
    case :$PATH: in
        *":$bin:"*) ;;
        *) say "" "$bin is not in your PATH; add it:" "    export PATH=\"$bin:\$PATH\"" ;;
    esac
}

main "$@"
