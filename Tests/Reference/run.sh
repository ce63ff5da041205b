#!/usr/bin/env bash
# Makes the fixtures of the parity tests from the reference implementation: Hugging Face transformers, in float32.
#
#   Tests/Reference/run.sh                 regenerates Tests/Fixtures/Reference
#   Tests/Reference/run.sh --fresh [SEED]  builds two other checkpoints, draws other pictures, clips and prompts, and runs
#                                          the parity tests against them; nothing in git changes
#
# Python packages go into a folder of their own, TINTYPE_REFERENCE_VENV (default ~/.cache/tintype-reference). It takes 3 GB.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$(dirname "$here")")
fixtures=$root/Tests/Fixtures/Reference
venv=${TINTYPE_REFERENCE_VENV:-$HOME/.cache/tintype-reference}
python=$venv/bin/python

prepare_python() {
    [[ -e $venv/.complete ]] && cmp --silent "$here/requirements.txt" "$venv/.complete" && return
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/.complete"
}

run() { (cd "$here" && "$python" "$@"); }

# A checkpoint as GGUF files, and what the reference answers with the numbers that are left in them.
gguf() {
    local model=$1 out=$2 type=$3 left
    shift 3
    left=$(mktemp -d)
    run write_gguf.py --model "$model" --out "$out" --type "$type" --dequantised "$left"
    run "$@" --model "$left" --out "$out/cases" --slim
    rm -rf "$left"
}

regenerate() {
    local type dump
    run make_reference.py build --size tiny --seed 20 --out "$fixtures/tiny"
    run make_reference.py dump --model "$fixtures/tiny" --out "$fixtures/tiny-cases"
    for type in f16 q8_0; do
        gguf "$fixtures/tiny" "$fixtures/tiny-gguf-$type" "$type" make_reference.py dump --cases text,image_16x,slices_1x3_4x
        rm -rf "$fixtures/tiny-gguf-$type/cases/media"
    done
    run make_block_cases.py --out "$fixtures/blocks"
    run make_tokenizer_cases.py --tokenizer "$fixtures/tiny/tokenizer.json" --count 700 --out "$fixtures/tokenizer/cases.json"
    run make_chat_cases.py --template "$fixtures/tiny/chat_template.jinja" --count 130 --out "$fixtures/chat/cases.json"
    run make_network_cases.py --out "$fixtures/networks"
    run make_unit_tables.py units --out "$fixtures/units"
    run make_reference.py units --model "$fixtures/tiny" --out "$scratch/units"
    for dump in "$scratch/units" "$fixtures/tiny-cases"; do
        run make_unit_tables.py copies --dump "$dump" --tokenizer "$fixtures/tiny/tokenizer.json" --out "$fixtures/units"
    done
}

fresh() {
    local seed=$1 folder folders=() type
    for seed in "$1" "$(($1 + 1))"; do
        folder=$scratch/seed-$seed
        mkdir -p "$folder/tokenizer" "$folder/chat"
        run make_reference.py build --size tiny --seed "$seed" --out "$folder/tiny"
        run make_fresh_cases.py --model "$folder/tiny" --seed "$seed" --out "$folder/tiny-cases"
        for type in f16 q8_0; do
            gguf "$folder/tiny" "$folder/tiny-gguf-$type" "$type" make_fresh_cases.py --seed "$seed" --count 3
            cp -r "$folder/tiny-gguf-$type/cases/media/." "$folder/tiny-cases/media/"
        done
        run make_tokenizer_cases.py --tokenizer "$folder/tiny/tokenizer.json" --seed "$seed" --count 10000 \
            --out "$folder/tokenizer/cases.json"
        run make_chat_cases.py --template "$folder/tiny/chat_template.jinja" --seed "$seed" --count 1000 \
            --out "$folder/chat/cases.json"
        run make_unit_tables.py units --out "$folder/units" --seed "$seed" --more 40
        folders+=("$folder")
    done
    cd "$root"
    TINTYPE_REFERENCE_CASES=$(IFS=:; printf '%s' "${folders[*]}") \
        swift test --no-parallel --filter 'ParityTests|TokenizerTests|ChatTemplateTests|ImagePlanTests|ResamplingTests'
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prepare_python
case ${1:-} in
    "") regenerate ;;
    --fresh) fresh "${2:-$RANDOM}" ;;
    *)
        sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
        exit 64
        ;;
esac
