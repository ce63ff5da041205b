# shellcheck shell=bash
# What the person sees after the start: how far the library is, and what to try first. Sourced by install.sh.

# The whole number that a JSON text has under this key; 0 where it has none.
number() {
    [[ $1 =~ \"$2\"[[:space:]]*:[[:space:]]*(-?[0-9]+) ]] && printf '%s' "${BASH_REMATCH[1]}" || printf 0
}

# One line that is written over on a terminal, and now and then a line of its own elsewhere.
show_progress() {
    if [[ -t 1 ]]; then
        printf '\r\e[K%s' "$1"
    elif ((SECONDS >= next_line)); then
        printf '%s\n' "$1"
        next_line=$((SECONDS + 10))
    fi
}

# Waits until every file is searchable by facts and words: the queue is empty of both, nothing of either is being
# worked on, and no file has come for some seconds, since a crawl finds them by and by.
wait_until_searchable() {
    local json facts words files now before="" quiet=0 changed=$SECONDS next_line=0
    say "Looking at the files. Interrupt this whenever you like: it goes on in the background."
    trap 'printf "\n"; say "It goes on in the background; \`tintype status --watch\` shows how far it is."; exit 0' INT
    while ((quiet < 4)); do
        json=$("$bin/tintype" status --json) ||
            fail "The daemon does not answer." "See: $bin/tintype doctor"
        facts=$(number "$json" facts) words=$(number "$json" words) files=$(number "$json" files)
        now="$files/$facts/$words"
        show_progress "$files files known; waiting: $facts for facts, $words for words"
        if [[ $facts == 0 && $words == 0 && $now == "$before" ]] &&
            ! [[ $json =~ \"stage\"[[:space:]]*:[[:space:]]*\"(identity|facts|words)\" ]]; then
            quiet=$((quiet + 1))
        else
            quiet=0
        fi
        [[ $now == "$before" ]] || changed=$SECONDS
        if [[ $json =~ \"paused\"[[:space:]]*:[[:space:]]*true ]]; then
            say "" "The queue is paused; \`tintype resume\` lets it go on."
            break
        elif ((SECONDS - changed > 600)); then
            say "" "Nothing has moved for ten minutes; \`tintype status\` and \`tintype doctor\` say why."
            break
        fi
        before=$now
        sleep 1
    done
    trap - INT
    if [[ -t 1 ]]; then printf '\r\e[K'; fi
    say "$files files are known; $(number "$json" failed) could not be read (\`tintype failed\` says why)."
}

# The most frequent lines of the input, as many as asked for.
most_frequent() { sort | uniq -c | sort -rn | awk -v count="$1" 'NR <= count { print $2 }'; }

# Prints each of the lines of the second argument after the first, where there are any.
prefixed() {
    local line
    while IFS= read -r line; do [[ -z $line ]] || printf '%s%s\n' "$1" "$line"; done <<<"$2"
}

# Prints queries drawn from what is in the library, the most telling first, one a line.
candidate_queries() {
    local sample words year tags
    # grep stops at nothing found, which is no fault here.
    sample=$("$bin/tintype" find --json --limit 60 'type:photo or type:video' 2>/dev/null) || sample=
    words=$(grep -o '"ocr":"[^"]*"' <<<"$sample" | cut -c 8- | sed 's/\\./ /g' | grep -oE '\b[a-z]{6,14}\b' |
        most_frequent 3) || words=
    year=$(grep -oE '"taken_at":"[12][0-9]{3}' <<<"$sample" | cut -c 13- | most_frequent 1) || year=
    tags=$("$bin/tintype" tags --json 2>/dev/null | grep -oE '"tag":"[^"\\ ]*"' | head -n 2 | cut -d '"' -f 4) || tags=
    prefixed '' "$tags"
    prefixed '' "$words"
    prefixed taken: "$year"
    printf '%s\n' is:screenshot type:video is:duplicate type:photo
}

# Prints three searches that find something.
suggest_searches() {
    local query shown=0
    while ((shown < 3)) && IFS= read -r query; do
        "$bin/tintype" find --limit 1 --files "$query" >/dev/null 2>&1 </dev/null || continue
        if ((shown == 0)); then say "" "Three searches to try:"; fi
        say "    tintype find $query"
        shown=$((shown + 1))
    done < <(candidate_queries)
    ((shown > 0)) || say "" "Nothing to search for yet. Watch a folder: tintype add ~/Pictures"
}
