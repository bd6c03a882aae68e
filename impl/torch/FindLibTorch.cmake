# LibTorch's headers and libraries as the target simple_libtorch. Its own TorchConfig.cmake wants protobuf, MKL, CUDA's
# toolkit and more, which a program that calls ATen does not need; its place (Torch_DIR, CMAKE_PREFIX_PATH) is followed.
set(hints)
foreach(dir ${Torch_DIR} ${TORCH_DIR} $ENV{Torch_DIR} $ENV{TORCH_DIR})
  list(APPEND hints ${dir} ${dir}/../../.. ${dir}/../../../..)
endforeach()
find_path(SIMPLE_TORCH_INCLUDE ATen/ATen.h HINTS ${hints} PATH_SUFFIXES include)
find_library(SIMPLE_TORCH_CPU torch_cpu HINTS ${hints} PATH_SUFFIXES lib)
find_library(SIMPLE_TORCH_C10 c10 HINTS ${hints} PATH_SUFFIXES lib)
if(NOT SIMPLE_TORCH_INCLUDE OR NOT SIMPLE_TORCH_CPU OR NOT SIMPLE_TORCH_C10)
  message(FATAL_ERROR "LibTorch was not found: install libtorch-dev, pass -DCMAKE_PREFIX_PATH=<libtorch folder>, or -DSIMPLE_WITH_TORCH=OFF")
endif()

# The version decides the language standard: the headers of LibTorch 2.12 and later are C++20.
set(version_header ${SIMPLE_TORCH_INCLUDE}/torch/headeronly/version.h)
if(NOT EXISTS ${version_header})
  set(version_header ${SIMPLE_TORCH_INCLUDE}/torch/csrc/api/include/torch/version.h)
endif()
file(STRINGS ${version_header} version_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
string(REGEX REPLACE "#define TORCH_VERSION_[A-Z]+ " "" version_numbers "${version_lines}")
string(REPLACE ";" "." SIMPLE_TORCH_VERSION "${version_numbers}")
message(STATUS "LibTorch ${SIMPLE_TORCH_VERSION}: ${SIMPLE_TORCH_CPU}")

add_library(simple_libtorch INTERFACE)
target_include_directories(simple_libtorch SYSTEM INTERFACE
  ${SIMPLE_TORCH_INCLUDE} ${SIMPLE_TORCH_INCLUDE}/torch/csrc/api/include)
target_link_libraries(simple_libtorch INTERFACE ${SIMPLE_TORCH_CPU} ${SIMPLE_TORCH_C10})
# The C++ ABI of PyTorch's own downloads before 2.7.
file(GLOB torch_config ${SIMPLE_TORCH_INCLUDE}/../share/cmake/Torch/TorchConfig.cmake)
if(torch_config)
  file(STRINGS ${torch_config} old_abi REGEX "GLIBCXX_USE_CXX11_ABI=0")
  if(old_abi)
    target_compile_definitions(simple_libtorch INTERFACE _GLIBCXX_USE_CXX11_ABI=0)
  endif()
endif()
if(SIMPLE_TORCH_VERSION VERSION_GREATER_EQUAL 2.12)
  target_compile_features(simple_libtorch INTERFACE cxx_std_20)
endif()
