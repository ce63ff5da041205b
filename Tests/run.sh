#!/usr/bin/env bash
# Runs every test: form, build, unit and end-to-end tests, scripts, units, and the daemon in a real user manager.
#
#   Tests/run.sh             everything; installs the Debian packages that are missing
#   Tests/run.sh --filter X  hands X on to `swift test` and leaves the user manager out
#
# Works as root or with sudo. Ends with a line that counts its parts, and with status 0 where all passed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

say() { printf '%s\n' "$@"; }
fail() {
    printf 'run.sh: %s\n' "$@" >&2
    exit 2
}

# shellcheck source-path=SCRIPTDIR
source "$root/systemd/install/packages.sh"

# What only the tests need: tools, and the languages of the pictures in Tests/Fixtures.
readonly test_packages=(
    curl shellcheck sqlite3 systemd util-linux tesseract-ocr-eng tesseract-ocr-osd tesseract-ocr-deu tesseract-ocr-rus
    tesseract-ocr-chi-sim tesseract-ocr-chi-tra tesseract-ocr-ell tesseract-ocr-jpn tesseract-ocr-kor
)

passed=0 failed=0

# What builds and runs the kernels for aarch64.
readonly aarch64_packages=(libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user-static)

# Runs a part and goes on whatever comes of it: part "name" COMMAND…
part() {
    local name=$1 began=$SECONDS
    shift
    say "" "== $name"
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        say "FAILED: $name"
    fi
    say "   $((SECONDS - began)) s"
}

lint() { swift format lint --strict --parallel --recursive Package.swift Sources Tests; }
check_scripts() { shellcheck --external-sources systemd/install.sh Tests/run.sh Tests/*/run.sh Tests/systemd/*.sh .ci/run; }

# Backtraces of tests that crash on purpose would fill the log.
export SWIFT_BACKTRACE=enable=no
# Tesseract's threads spend nine tenths of their time waiting for each other; the daemon gives its worker this, too.
export OMP_THREAD_LIMIT=1

install_packages "${build_packages[@]}" "${model_packages[@]}" "${test_packages[@]}" "${aarch64_packages[@]}"
swift --version 2>&1 | head -n 1

part "form: swift format" lint
part "form: shellcheck" check_scripts
part "units" Tests/systemd/units.sh
# Warnings are errors by Package.swift's own settings.
part "kernels for aarch64" Tests/Aarch64/run.sh
part "build" swift build --build-tests
# One after the other: reading words keeps every core busy, and what waits for a socket must not starve beside it.
part "swift test" swift test --skip-build --no-parallel "$@"
if (($# == 0)); then
    part "systemd: a real user manager" as_root Tests/systemd/user_manager.sh "$(swift build --show-bin-path)"
fi

say "" "run.sh: $passed parts passed, $failed failed, in $((SECONDS / 60)) min $((SECONDS % 60)) s"
((failed == 0))
