# shellcheck shell=bash
# Sourced by ci/matrix: rows with a wheel of torch. A row is the bare tree and the fresh clone of the other rows, on the first
# Debian of ci/tested.txt, and in it what a user with nothing but git gives: `ci/gate --libtorch wheel:VERSION`, without a GPU;
# then the tests of whatever lies between the library and LibTorch or its host. What pip installed is kept in the row's folder
# between runs, as it may be several GB; so is what ccache compiled.

wheels() { grep '^[0-9]' "$root/ci/wheels.txt"; }

# The wheel goes with the clone, in which it was installed, and comes back from it.
wheel_to() {
    rm -rf --one-file-system "$1/wheel" "$1/wheel.complete"
    mkdir -p "$1"
    if [ -e "$2/wheel.complete" ]; then mv "$2/wheel" "$2/wheel.complete" "$1"; fi
}

make_wheel_row() {
    if [ -e "$folder/wheel.complete" ]; then wheel_to "$row" "$folder"; fi
    make_row && wheel_to "$folder" "$row"
}

# One version of torch. Its columns are those of the other rows; "package" is the wheel and its size once installed.
run_wheel_row() {
    local debian torch=$1 compiler=wheel:$1 row=$work/rows/wheel-$1 key gate tests=- outcome code
    local folder=$row/tree/$clone/build-wheel-$1
    read -r debian _ < <(tested)
    make_tree || return 2
    key=$(row_key)
    mkdir -p "$row"
    if [ -e "$row/result" ] && [ "$(cat "$row/key")" = "$key" ]; then
        echo "wheel $torch: passed before, nothing has changed since"
        return 0
    fi
    if [ ! -e "$row/gate.passed" ] || [ "$(cat "$row/key")" != "$key" ]; then make_wheel_row || return 2; fi
    step gate "ci/gate --libtorch wheel:$torch"
    gate=$outcome
    if [ "$code" != 2 ]; then
        step test "ci/test --libtorch wheel:$torch -R 'process\.|torch\.|clients\.'"
        tests=$outcome
    fi
    IFS=$'\t' read -r package number standards warnings count version cases skipped < <(describe "$row/tree/$clone" "build-wheel-$torch")
    put_row "wheel:$torch"
    if [[ $gate$tests == *FAIL* ]]; then return 1; fi
    if [ "$warnings" != 0 ]; then
        echo "wheel $torch: $warnings warnings (${row#"$root/"}/gate.log, test.log)" >&2
        return 1
    fi
    if [ "$gate" = inconclusive ]; then return 3; fi
    cp "$row/last" "$row/result"
    wheel_to "$row" "$folder"
    rm -rf --one-file-system "$row/tree"
}
