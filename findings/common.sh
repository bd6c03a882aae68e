# shellcheck shell=bash
# What the findings share: a temporary folder, pinned packages in it, and the comparison with what was recorded. Sourced.
set -euo pipefail
export LC_ALL=C
name=$(basename "$0" .sh)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cannot() {
    echo "$name: could not run: $*" >&2
    exit 2
}

need() {
    local program
    for program; do
        command -v "$program" >"$work/log" || cannot "the program $program is not there"
    done
}

attempt() { "$@" >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; cannot "failed: $*"; }; }

# pypi NAME==VERSION...: Python packages, which python3 then finds.
pypi() {
    need python3
    attempt python3 -m pip install --quiet --target "$work/python" "$@"
    export PYTHONPATH=$work/python PYTHONDONTWRITEBYTECODE=1
}

# npm_packages NAME@VERSION...: where a script in $work finds them.
npm_packages() {
    need node npm
    attempt npm install --prefix "$work" --no-audit --no-fund --ignore-scripts "$@"
}

# debian NAME=VERSION...: unpacked into $work/debian, nothing installed.
debian() {
    local package
    need apt-get dpkg-deb
    mkdir -p "$work/apt"
    for package; do
        (cd "$work/apt" && attempt apt-get download "$package") || exit 2
    done
    for package in "$work"/apt/*.deb; do attempt dpkg-deb -x "$package" "$work/debian"; done
}

# COMMAND | behaves 3<<END: prints what comes and ends: 0 when that is the text given, else 1. A script's last command.
behaves() {
    local recorded seen
    recorded=$(cat <&3) seen=$(cat)
    printf '%s\n' "$seen"
    if [ "$seen" = "$recorded" ]; then return 0; fi
    echo "$name: changed. Recorded was:" >&2
    printf '%s\n' "$recorded" >&2
    return 1
}
