#!/usr/bin/env bash
# Builds the kernels for aarch64, and holds those that are written for it to their portable definitions, under an emulator.
#
# Needs aarch64_packages of Tests/run.sh, and the compiler of the Swift toolchain.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
kernels=$(dirname "$(dirname "$here")")/Sources/CKernels
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

compiler=$(dirname "$(realpath "$(command -v swift)")")/clang
"$compiler" --target=aarch64-linux-gnu -std=gnu11 -O2 -Wall -Werror -static -fuse-ld=lld \
    --gcc-toolchain=/usr -isystem /usr/aarch64-linux-gnu/include -L/usr/aarch64-linux-gnu/lib -B/usr/aarch64-linux-gnu/lib \
    -I"$kernels/include" "$here/integers.c" "$kernels"/*.c -lm -o "$scratch/integers"
qemu-aarch64-static "$scratch/integers"
