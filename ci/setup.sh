# Sourced by ci/gate and ci/test: installs what ci/packages.txt lists and this machine lacks, configures, and builds
# into the project's folder build/. Says what it does. Sets root, the project's folder.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

install_missing_packages() {
  local wanted missing=()
  wanted=$(sed 's/#.*//' "$root/ci/packages.txt")
  command -v dpkg-query >/dev/null || { echo "ci: no dpkg on this machine; assuming that its packages are there"; return 0; }
  local package
  for package in $wanted; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed* ]] || missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return 0
  echo "ci: installing ${missing[*]}"
  if ((EUID != 0)); then
    echo "ci: this needs root: apt-get install --no-install-recommends ${missing[*]}" >&2
    return 2
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" || {
    echo "ci: installing packages failed" >&2
    return 2
  }
}

build() {
  if [[ ! -f $root/build/build.ninja ]]; then
    echo "ci: configuring build/"
    mkdir -p "$root/build"
    cmake -S "$root" -B "$root/build" -G Ninja >"$root/build/configure.log" 2>&1 || {
      cat "$root/build/configure.log" >&2
      return 2
    }
  fi
  echo "ci: building"
  # $targets: what to build; empty is everything.
  # shellcheck disable=SC2086
  cmake --build "$root/build" ${targets:+--target $targets} || {
    echo "ci: the build failed" >&2
    return 2
  }
}
