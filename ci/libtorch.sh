# shellcheck shell=bash
# Sourced for the option --libtorch: another LibTorch than the system's, and a build folder of its own for it.

# use_libtorch WORD: sets what ci/setup.sh builds with, and where. WORD is wheel:VERSION, or a path.
use_libtorch() {
  # Debian's LibTorch, and the BLAS that only it takes from the system.
  needless="libtorch-dev libopenblas0-openmp"
  case $1 in
    wheel:*)
      torch_wheel=${1#wheel:}
      [[ $torch_wheel =~ ^[0-9][0-9a-zA-Z.+]*$ ]] || {
        echo "ci/${0##*/}: --libtorch $1 names no version; for example wheel:2.13.0" >&2
        return 64
      }
      build_folder=$root/build-wheel-$torch_wheel
      torch_dir=$build_folder/wheel
      ;;
    *)
      torch_dir=$(realpath -e -- "$1" 2>/dev/null) || {
        echo "ci/${0##*/}: --libtorch $1: there is no such file or folder; a version for pip is wheel:VERSION" >&2
        return 64
      }
      # Two folders of one name are two LibTorchs.
      build_folder=$root/build-libtorch-$(basename "$torch_dir")-$(cksum <<<"$torch_dir" | cut -d ' ' -f 1)
      ;;
  esac
}

no_such_wheel="No matching distribution found" # as pip says it

# pip_install LOG ARGUMENT...: where it fails, $pip_said is why, in one line.
pip_install() {
  local log=$1
  shift
  python3 -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: --target "$torch_dir" "$@" >"$log" 2>&1 && return
  pip_said=$(grep '^ERROR:' "$log" | tail -n 1)
  # Of an index that does not answer, too, pip says that it has no such version.
  [[ -n $pip_said && $pip_said != *"$no_such_wheel"* ]] || pip_said=$(grep -m 1 'connection broken by' "$log" || echo "$pip_said")
  [[ -n $pip_said ]] || pip_said=$(tail -n 1 "$log")
  pip_said="${pip_said:-it says nothing} (${log#"$root/"})"
  return 2
}

# install_torch: the libraries are the same for every Python: where this one is too new, or too old, another one's wheel will do.
# Any other failure would be the same for another one, or would be hidden by it.
install_torch() {
  local python log why=""
  for python in "" 3.12 3.10; do
    log=$build_folder/pip${python:+-$python}.log
    pip_install "$log" --no-deps ${python:+--python-version "$python"} "torch==$torch_wheel" && return
    rm -rf "$torch_dir"
    [[ $pip_said == *"$no_such_wheel"* ]] || {
      why=$pip_said
      break
    }
    # What this Python has instead is of more use than what another has.
    why=${why:-$pip_said}
  done
  echo "ci: pip cannot install torch $torch_wheel: $why" >&2
  return 2
}

# Puts torch and, of what it requires, NVIDIA's libraries there: nothing else of it is loaded by a program without Python.
# What was not installed to its end is installed anew.
install_wheel() {
  local required=$build_folder/required.txt start=$SECONDS
  [[ ! -e $torch_dir.complete ]] || return 0
  python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip || return 2
  rm -rf "$torch_dir"
  echo "ci: installing torch $torch_wheel into ${torch_dir#"$root/"}"
  install_torch || return 2
  sed -n -E 's/^Requires-Dist: ((nvidia-|cuda-toolkit).*)/\1/p' "$torch_dir"/torch-*.dist-info/METADATA >"$required"
  if [[ -s $required ]]; then
    echo "ci: installing $(wc -l <"$required") packages of CUDA"
    pip_install "$build_folder/pip.log" -r "$required" || {
      echo "ci: pip cannot install what torch $torch_wheel requires: $pip_said" >&2
      return 2
    }
  fi
  touch "$torch_dir.complete"
  echo "ci: torch $torch_wheel is installed: $(du -sh "$torch_dir" | cut -f 1) in $((SECONDS - start)) s"
}
