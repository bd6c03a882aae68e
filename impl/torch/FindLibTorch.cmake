# LibTorch's headers and libraries as the target simple_libtorch: a distribution's packages, an unpacked zip file of
# pytorch.org, or the folder torch/ of a pip wheel (docs/libtorch-versions.md). LibTorch's own TorchConfig.cmake wants
# protobuf, MKL, CUDA's toolkit and more, which a program that calls ATen does not need.
#
# TORCH_DIR or Torch_DIR, as CMake or environment variable, names the one place to look in; otherwise CMAKE_PREFIX_PATH and
# the system's folders are searched. Either may be LibTorch's folder or its share/cmake (/Torch), which is what
# torch.utils.cmake_prefix_path prints.
set(named_folder)
foreach(dir "${TORCH_DIR}" "${Torch_DIR}" "$ENV{TORCH_DIR}" "$ENV{Torch_DIR}")
  if(dir AND NOT named_folder)
    set(named_folder ${dir})
  endif()
endforeach()
if(named_folder)
  set(searched ${named_folder})
  set(named_folders ${named_folder})
else()
  set(named_folders ${CMAKE_PREFIX_PATH})
  set(searched "CMAKE_PREFIX_PATH and the system's folders")
endif()
set(parents)
foreach(dir ${named_folders})
  list(APPEND parents ${dir} ${dir}/../.. ${dir}/../../.. ${dir}/../../../..)
endforeach()
if(named_folder)
  find_path(SIMPLE_TORCH_INCLUDE ATen/ATen.h PATHS ${parents} PATH_SUFFIXES include NO_DEFAULT_PATH)
else()
  find_path(SIMPLE_TORCH_INCLUDE ATen/ATen.h HINTS ${parents} PATH_SUFFIXES include)
endif()
set(remedy "install libtorch-dev, pass -DTORCH_DIR=<LibTorch's folder>, or build without it: -DSIMPLE_WITH_TORCH=OFF")
if(NOT SIMPLE_TORCH_INCLUDE)
  message(FATAL_ERROR "No LibTorch in ${searched}: ATen/ATen.h is missing; ${remedy}")
endif()

# Headers and libraries of one LibTorch: the libraries are looked for beside the headers alone.
get_filename_component(torch_root ${SIMPLE_TORCH_INCLUDE} DIRECTORY)
function(find_beside_headers variable library)
  find_library(${variable} ${library} PATHS ${torch_root}/lib ${torch_root}/lib/${CMAKE_LIBRARY_ARCHITECTURE}
    ${torch_root}/lib64 NO_DEFAULT_PATH)
  if(NOT ${variable})
    message(FATAL_ERROR "The LibTorch of ${SIMPLE_TORCH_INCLUDE} is incomplete: lib${library}.so is not in ${torch_root}/lib; ${remedy}")
  endif()
endfunction()
find_beside_headers(SIMPLE_TORCH_CPU torch_cpu)
find_beside_headers(SIMPLE_TORCH_C10 c10)
get_filename_component(torch_libraries ${SIMPLE_TORCH_CPU} DIRECTORY)

set(version_header ${SIMPLE_TORCH_INCLUDE}/torch/headeronly/version.h)
if(NOT EXISTS ${version_header})
  set(version_header ${SIMPLE_TORCH_INCLUDE}/torch/csrc/api/include/torch/version.h)
endif()
if(NOT EXISTS ${version_header})
  message(FATAL_ERROR "The LibTorch of ${SIMPLE_TORCH_INCLUDE} is incomplete: torch/version.h is missing; ${remedy}")
endif()
file(STRINGS ${version_header} version_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
string(REGEX REPLACE "#define TORCH_VERSION_[A-Z]+ " "" version_numbers "${version_lines}")
string(REPLACE ";" "." version_numbers "${version_numbers}")
set(SIMPLE_TORCH_VERSION ${version_numbers} CACHE INTERNAL "LibTorch's version, of its headers")

add_library(simple_libtorch INTERFACE)
target_include_directories(simple_libtorch SYSTEM INTERFACE
  ${SIMPLE_TORCH_INCLUDE} ${SIMPLE_TORCH_INCLUDE}/torch/csrc/api/include)
target_link_libraries(simple_libtorch INTERFACE ${SIMPLE_TORCH_CPU} ${SIMPLE_TORCH_C10})

# CUDA's part registers itself when it is loaded, though nothing calls it by name. The toolkit's libraries that it needs
# stand elsewhere (a wheel's nvidia/ folder) and are the loader's to find.
set(cuda "")
if(EXISTS ${torch_libraries}/libtorch_cuda.so)
  set(cuda ", with CUDA")
  target_link_libraries(simple_libtorch INTERFACE
    -Wl,--push-state,--no-as-needed ${torch_libraries}/libtorch_cuda.so -Wl,--pop-state)
  target_link_options(simple_libtorch INTERFACE -Wl,--allow-shlib-undefined)
endif()

# The headers of LibTorch 2.12 and later are C++20.
if(SIMPLE_TORCH_VERSION VERSION_GREATER_EQUAL 2.12)
  target_compile_features(simple_libtorch INTERFACE cxx_std_20)
endif()

# PyTorch's own downloads before 2.7 have the C++ ABI from before GCC 5. The name of a function that takes a
# std::string tells, where the file that would say so (a wheel's TorchConfig.cmake) is missing too.
file(STRINGS ${SIMPLE_TORCH_C10} new_abi REGEX "_ZN3c105ErrorC[12].*St7__cxx1112basic_string" LIMIT_COUNT 1)
file(STRINGS ${SIMPLE_TORCH_C10} old_abi REGEX "_ZN3c105ErrorC[12]ENS_14SourceLocationESs" LIMIT_COUNT 1)
set(SIMPLE_TORCH_OLD_ABI OFF)
if(old_abi AND NOT new_abi)
  set(SIMPLE_TORCH_OLD_ABI ON)
  set(cuda "${cuda}, of the old C++ ABI")
  target_compile_definitions(simple_libtorch INTERFACE _GLIBCXX_USE_CXX11_ABI=0)
endif()
message(STATUS "LibTorch ${SIMPLE_TORCH_VERSION}${cuda}: ${SIMPLE_TORCH_CPU}")
