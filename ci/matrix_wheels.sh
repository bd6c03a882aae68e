# shellcheck shell=bash
# Sourced by ci/matrix: rows with a wheel of PyPI. A row is a fresh clone of the last commit on this machine, and
# `ci/gate --libtorch wheel:VERSION` in it, without a GPU. What pip installed is kept in the row's folder between runs, as it is
# several GB; so is what ccache compiled.

wheels() { grep '^[0-9]' "$root/ci/wheels.txt"; }

# The wheel goes with the clone, in which it was installed, and comes back from it.
wheel_to() {
    rm -rf --one-file-system "$1/wheel" "$1/wheel.complete"
    mkdir -p "$1"
    if [ -e "$2/wheel.complete" ]; then mv "$2/wheel" "$2/wheel.complete" "$1"; fi
}

make_wheel_row() {
    if [ -e "$folder/wheel.complete" ]; then wheel_to "$row" "$folder"; fi
    rm -rf --one-file-system "$row"/{clone,*.passed,*.log,result}
    if [ -e "$row/ccache" ]; then echo "with ccache"; else echo "from nothing"; fi >"$row/compiled"
    echo 0 >"$row/seconds"
    git clone -q --no-checkout "$root" "$row/clone" &&
        git -C "$row/clone" checkout -q --detach "$(git -C "$root" rev-parse HEAD)" &&
        wheel_to "$folder" "$row" &&
        echo "$key" >"$row/key"
}

# Runs a command line in the row's clone, on this machine.
inside_clone() {
    mkdir -p "$row/ccache"
    CCACHE_DIR=$row/ccache CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_ctime,include_file_mtime \
        CMAKE_BUILD_PARALLEL_LEVEL=${MATRIX_JOBS:-$(nproc)} \
        setpriv --pdeathsig KILL unshare --pid --mount-proc --fork --kill-child bash -c "cd '$row/clone' && $1"
}

# One version of torch. Its columns are those of the other rows; "package" is the wheel and its size once installed.
run_wheel_row() {
    local torch=$1 debian=PyPI compiler=wheel row=$work/rows/wheel-$1 key gate outcome code
    local folder=$row/clone/build-wheel-$1
    key=$(commit_key)
    mkdir -p "$row"
    if [ -e "$row/result" ] && [ "$(cat "$row/key")" = "$key" ]; then
        echo "wheel $torch: passed before, nothing has changed since"
        return 0
    fi
    make_wheel_row || return 2
    step gate "ci/gate --libtorch wheel:$torch"
    gate=$outcome
    IFS=$'\t' read -r package number standards warnings _ version cases skipped < <(describe "$row/clone" "build-wheel-$torch")
    printf '%s\t' "$torch" "$debian" "$package" "$number" "$standards" "$warnings" "$gate" "-" "$version" "$cases" \
        "$skipped" "$(cat "$row/seconds")" "$(cat "$row/compiled")" >"$row/last"
    date -u +%F >>"$row/last"
    if [ "$gate" = FAIL ]; then return 1; fi
    if [ "$warnings" != 0 ]; then
        echo "wheel $torch: $warnings warnings (${row#"$root/"}/gate.log)" >&2
        return 1
    fi
    cp "$row/last" "$row/result"
    wheel_to "$row" "$folder"
    rm -rf --one-file-system "$row/clone"
}
