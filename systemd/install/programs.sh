# shellcheck shell=bash
# The programs: built with the Swift toolchain, put in place in one step each. Sourced by install.sh.

# What is installed; `tintyped` looks for the others in its own folder, so all lie together.
readonly programs=(tintyped tintype tintype-media tintype-engine)

# The release that the sources need.
readonly swift_needed=6.2

require_swift() {
    local found
    command -v swift >/dev/null ||
        fail "The Swift toolchain is missing: there is no program called swift in PATH." \
            "Install Swift $swift_needed or newer for your system (see swift.org/install), put its usr/bin into PATH," \
            "and run this again."
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [[ -n $found ]] || fail "\`swift --version\` does not say which version it is." "Install the Swift toolchain anew."
    [[ $(printf '%s\n' "$swift_needed" "$found" | sort -V | head -n 1) == "$swift_needed" ]] ||
        fail "This is Swift $found; Tintype needs $swift_needed or newer." "Install a newer one (see swift.org/install)."
}

# Builds the programs into a folder of their own, and sets `built` to it.
build_programs() {
    local program
    # Another build's folder must not be shared: the static run time would make it compile everything anew.
    local -a build=(swift build --package-path "$repository" --scratch-path "$repository/.build-install"
        -c release --static-swift-stdlib)
    say "Building Tintype. The first time this takes some minutes."
    for program in "${programs[@]}"; do
        "${build[@]}" --product "$program" >"$log" 2>&1 || {
            tail -n 40 "$log" >&2
            fail "$program cannot be built." "The whole output is in $log."
        }
    done
    built=$("${build[@]}" --show-bin-path)
}

# Copies the programs from `built` into `bin`. A program that runs keeps its old file until it ends.
install_programs() {
    local program
    mkdir -p "$bin"
    for program in "${programs[@]}"; do
        [[ -x $built/$program ]] || fail "$built holds no program $program." "Build it first."
        # Without the symbols for debuggers it is half the size.
        install --strip -m 0755 "$built/$program" "$bin/.$program.new"
        mv -f "$bin/.$program.new" "$bin/$program"
    done
    say "Programs are in $bin."
}

remove_programs() {
    local program
    for program in "${programs[@]}"; do
        rm -f "$bin/$program" "$bin/.$program.new"
    done
}
