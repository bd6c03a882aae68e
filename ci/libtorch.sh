# shellcheck shell=bash
# Sourced by ci/gate for its option --libtorch: another LibTorch than the system's, and a build folder of its own for it.

# use_libtorch WORD: sets build_folder, and torch_dir for what is there already. WORD is wheel:VERSION, or a path.
use_libtorch() {
  torch_wheel=""
  case $1 in
    wheel:*)
      torch_wheel=${1#wheel:}
      [[ $torch_wheel =~ ^[0-9][0-9a-zA-Z.+]*$ ]] || {
        echo "ci/gate: --libtorch $1 names no version; for example wheel:2.13.0" >&2
        return 64
      }
      build_folder=$root/build-wheel-$torch_wheel
      torch_dir=$build_folder/wheel
      ;;
    *)
      torch_dir=$(realpath -e -- "$1" 2>/dev/null) || {
        echo "ci/gate: --libtorch $1: there is no such file or folder; a wheel of PyPI is wheel:VERSION" >&2
        return 64
      }
      # Two folders of one name are two LibTorchs.
      build_folder=$root/build-libtorch-$(basename "$torch_dir")-$(cksum <<<"$torch_dir" | cut -d ' ' -f 1)
      ;;
  esac
}

# What pip says of a failure in one line.
pip_install() {
  local log=$build_folder/pip.log
  python3 -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: --target "$torch_dir" "$@" >"$log" 2>&1 && return
  pip_said=$(grep '^ERROR:' "$log" | tail -n 1)
  [[ -n $pip_said ]] || pip_said=$(tail -n 1 "$log")
  return 2
}

# Puts torch and, of what it requires, NVIDIA's libraries there: nothing else of it is loaded by a program without Python.
# What was not installed to its end is installed anew.
install_wheel() {
  local required=$build_folder/required.txt start=$SECONDS python
  [[ ! -e $torch_dir.complete ]] || return 0
  python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip || return 2
  rm -rf "$torch_dir"
  mkdir -p "$build_folder"
  echo "ci: installing torch $torch_wheel into ${torch_dir#"$root/"}"
  # The libraries are the same for every Python: where this one is too new, or too old, another one's wheel will do.
  for python in "" 3.12 3.10; do
    pip_install --no-deps ${python:+--python-version "$python"} "torch==$torch_wheel" && break
    rm -rf "$torch_dir"
  done
  [[ -d $torch_dir ]] || {
    echo "ci: pip cannot install torch $torch_wheel: $pip_said (${build_folder#"$root/"}/pip.log)" >&2
    return 2
  }
  sed -n -E 's/^Requires-Dist: ((nvidia-|cuda-toolkit).*)/\1/p' "$torch_dir"/torch-*.dist-info/METADATA >"$required"
  if [[ -s $required ]]; then
    echo "ci: installing $(wc -l <"$required") packages of CUDA"
    pip_install -r "$required" || {
      echo "ci: pip cannot install what torch $torch_wheel requires: $pip_said (${build_folder#"$root/"}/pip.log)" >&2
      return 2
    }
  fi
  touch "$torch_dir.complete"
  echo "ci: torch $torch_wheel is installed: $(du -sh "$torch_dir" | cut -f 1) in $((SECONDS - start)) s"
}
