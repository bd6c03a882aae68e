# shellcheck shell=bash
# Sourced by ci/gate and ci/test: installs what ci/packages.txt lists and this machine lacks, configures, and builds
# into the project's folder build/. Says what it does. Sets root, the project's folder.
root=$(CDPATH="" cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed* ]]; }

# The lines of ci/packages.txt of which nothing is installed, as "a" or "a|b".
missing_packages() {
  local line package
  sed 's/#.*//; s/[[:space:]]//g; /^$/d' "$root/ci/packages.txt" | while read -r line; do
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
  local missing line packages=()
  command -v dpkg-query >/dev/null || { echo "ci: no dpkg on this machine; assuming that its packages are there"; return 0; }
  missing=$(missing_packages)
  [[ -n $missing ]] || return 0
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
configured() { sed -n "s/^$1:INTERNAL=//p" "$root/build/CMakeCache.txt" 2>/dev/null; }

# Whether build/ is of this very folder. One that was moved or copied here with its sources goes on building, and judging,
# what stands where it came from.
is_of_this_folder() {
  [[ $(configured CMAKE_HOME_DIRECTORY) -ef $root && $(configured CMAKE_CACHEFILE_DIR) -ef $root/build ]]
}

configure() {
  local options=()
  if [[ -f $root/build/CMakeCache.txt ]] && ! is_of_this_folder; then
    echo "ci: build/ is of $(configured CMAKE_HOME_DIRECTORY), and this is $root: configuring it anew"
    options=(--fresh)
  else
    echo "ci: configuring build/"
  fi
  mkdir -p "$root/build"
  # What an earlier one left must not be built when this one fails.
  rm -f "$root/build/build.ninja"
  cmake "${options[@]}" -S "$root" -B "$root/build" -G Ninja >"$root/build/configure.log" 2>&1 && return
  cat "$root/build/configure.log" >&2
  echo "ci: configuring failed" >&2
  rm -f "$root/build/build.ninja"
  return 2
}

build() {
  mkdir -p "$root/build"
  # One at a time: two of them would write the same files.
  exec {lock}>"$root/build/.lock"
  flock "$lock"
  build_alone
  local status=$?
  exec {lock}>&-
  return "$status"
}

build_alone() {
  [[ -f $root/build/build.ninja ]] && is_of_this_folder || configure || return 2
  echo "ci: building"
  # $targets: what to build; empty is everything.
  # shellcheck disable=SC2086
  cmake --build "$root/build" ${targets:+--target $targets} || {
    echo "ci: the build failed" >&2
    return 2
  }
}
