# shellcheck shell=bash
# Sourced by ci/gate and ci/test: installs what ci/packages.txt lists, and for ci/test ci/test_packages.txt, and this machine
# lacks, configures, and builds into the project's folder build/, or another (ci/libtorch.sh). Says what it does. Sets root, the
# project's folder.
root=$(CDPATH="" cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_folder=$root/build
package_lists=("$root/ci/packages.txt")
torch_dir=""   # the LibTorch to build with; empty: the one that CMake finds
torch_wheel="" # the version of torch that pip is to put there
needless=""    # packages of the lists that it makes needless

# Takes --libtorch out of a command's arguments; the others are in $others.
take_libtorch() {
  local libtorch=""
  others=()
  while (($#)); do
    case $1 in
      --libtorch) libtorch=${2-} && shift ;;
      --libtorch=*) libtorch=${1#*=} ;;
      *) others+=("$1") && shift && continue ;;
    esac
    shift
    [[ -n $libtorch ]] || {
      echo "ci/${0##*/}: --libtorch takes wheel:VERSION, or the path of a LibTorch" >&2
      return 64
    }
  done
  [[ -n $libtorch ]] || return 0
  # shellcheck source=ci/libtorch.sh
  source "$root/ci/libtorch.sh"
  use_libtorch "$libtorch"
}

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed* ]]; }

# The lines of the lists of packages of which nothing is installed, as "a" or "a|b".
missing_packages() {
  local line package
  sed 's/#.*//; s/[[:space:]]//g; /^$/d' "${package_lists[@]}" | while read -r line; do
    [[ " $needless " != *" $line "* ]] || continue
    for package in ${line//|/ }; do is_installed "$package" && continue 2; done
    echo "$line"
  done
}

# The first of "a|b" that this Debian has. Where it has neither, apt says so of the first.
choose() {
  local package
  for package in ${1//|/ }; do
    # apt-cache shows nothing of a name that is only mentioned.
    if [[ $1 != *"|"* || -n $(apt-cache show "$package" 2>/dev/null) ]]; then echo "$package"; return; fi
  done
  echo "${1%%|*}"
}

install_missing_packages() {
  local missing
  command -v dpkg-query >/dev/null || { echo "ci: no dpkg on this machine; assuming that its packages are there"; return 0; }
  missing=$(missing_packages)
  [[ -z $missing ]] || install_packages "$missing"
}

# Packages as lines "a" or "a|b".
install_packages() {
  local missing=$1 line packages=()
  if ((EUID != 0)); then
    # shellcheck disable=SC2086
    echo "ci: this needs root: apt-get install --no-install-recommends" ${missing//|/ or } >&2
    return 2
  fi
  export DEBIAN_FRONTEND=noninteractive
  # Before it, a new machine knows no package.
  echo "ci: reading the lists of packages"
  apt-get update -qq || {
    echo "ci: reading the lists of packages failed" >&2
    return 2
  }
  for line in $missing; do packages+=("$(choose "$line")"); done
  echo "ci: installing ${packages[*]}"
  apt-get install -y -qq --no-install-recommends "${packages[@]}" || {
    echo "ci: installing packages failed" >&2
    return 2
  }
}

# A path that build/ was configured with; empty where it was not.
configured() { sed -n "s/^$1:INTERNAL=//p" "$build_folder/CMakeCache.txt" 2>/dev/null; }

# Whether build/ is of this very folder. One that was moved or copied here with its sources goes on building, and judging,
# what stands where it came from.
is_of_this_folder() {
  [[ $(configured CMAKE_HOME_DIRECTORY) -ef $root && $(configured CMAKE_CACHEFILE_DIR) -ef $build_folder ]]
}

# CMake's first error as one line.
configure_error() {
  awk '/^CMake Error/ { if (text) exit; error = 1; next }
       error && /^(Call Stack|--|See also)/ { exit }
       error && NF { sub(/^ +/, ""); text = text (text ? " " : "") $0 }
       END { print text }' "$build_folder/configure.log"
}

configure() {
  local options=()
  if [[ -f $build_folder/CMakeCache.txt ]] && ! is_of_this_folder; then
    echo "ci: ${build_folder##*/}/ is of $(configured CMAKE_HOME_DIRECTORY), and this is $root: configuring it anew"
    options=(--fresh)
  else
    echo "ci: configuring ${build_folder##*/}/"
  fi
  mkdir -p "$build_folder"
  # What an earlier one left must not be built when this one fails.
  rm -f "$build_folder/build.ninja"
  cmake "${options[@]}" -S "$root" -B "$build_folder" -G Ninja -DSIMPLE_UNITY=ON ${torch_dir:+"-DTORCH_DIR=$torch_dir"} \
    >"$build_folder/configure.log" 2>&1 && return
  cat "$build_folder/configure.log" >&2
  echo "ci: configuring failed: $(configure_error)" >&2
  rm -f "$build_folder/build.ninja"
  return 2
}

# One at a time: two of them would write the same files.
alone() {
  mkdir -p "$build_folder"
  exec {lock}>"$build_folder/.lock"
  flock "$lock"
  "$@"
  local status=$?
  exec {lock}>&-
  return "$status"
}

# What a command needs before it runs what was built.
prepare() { install_missing_packages && alone install_and_build || return 2; }
install_and_build() { { [[ -z $torch_wheel ]] || install_wheel; } && build_now; }

build() { alone build_now; }
build_now() {
  # Another LibTorch than Debian's may be another one by now, whose files need not be younger than what was built with it.
  [[ -z $torch_dir && -f $build_folder/build.ninja ]] && is_of_this_folder || configure || return 2
  echo "ci: building"
  # $targets: what to build; empty is everything.
  # shellcheck disable=SC2086
  cmake --build "$build_folder" ${targets:+--target $targets} || {
    echo "ci: the build failed" >&2
    return 2
  }
}
