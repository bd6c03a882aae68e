# LibTorch's headers and libraries as the target simple_libtorch: a distribution's packages, a zip file of pytorch.org, or a
# pip wheel, installed or not (libtorch_folder.cmake, docs/libtorch-versions.md). LibTorch's own TorchConfig.cmake wants
# protobuf, MKL, CUDA's toolkit and more, which a program that calls ATen does not need.
#
# TORCH_DIR or Torch_DIR, as CMake or environment variable, names the one place to look in; otherwise CMAKE_PREFIX_PATH and
# the system's folders are searched.
include(${CMAKE_CURRENT_LIST_DIR}/libtorch_folder.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/libtorch_facts.cmake)
#
# A relative path is that of the folder in which cmake was called.
foreach(variable TORCH_DIR Torch_DIR)
  if(DEFINED CACHE{${variable}})
    set(${variable} "" CACHE PATH "The one place to look for LibTorch in")
  endif()
  set(dir "$ENV{${variable}}")
  if(dir AND NOT IS_ABSOLUTE "${dir}")
    message(FATAL_ERROR "${variable} of the environment is ${dir}: it takes an absolute path, as it is read again whenever cmake runs")
  endif()
endforeach()
set(named_folder)
foreach(dir "${TORCH_DIR}" "${Torch_DIR}" "$ENV{TORCH_DIR}" "$ENV{Torch_DIR}")
  if(dir AND NOT named_folder)
    set(named_folder ${dir})
  endif()
endforeach()
if(named_folder)
  set(searched ${named_folder})
  set(named_folders ${named_folder})
  set(remedy "name the folder in which torch/ or include/ and lib/ are, a wheel or a zip file, or build without it: -DSIMPLE_WITH_TORCH=OFF")
else()
  set(named_folders ${CMAKE_PREFIX_PATH})
  set(searched "CMAKE_PREFIX_PATH and the system's folders")
  set(remedy "install libtorch-dev, pass -DTORCH_DIR=<LibTorch's folder>, or build without it: -DSIMPLE_WITH_TORCH=OFF")
endif()
simple_libtorch_folders(parents ${named_folders})
# What was found stays in the cache, and is another one's where another is named.
if(NOT "${named_folders}" STREQUAL "${SIMPLE_TORCH_NAMED}")
  unset(SIMPLE_TORCH_INCLUDE CACHE)
  unset(SIMPLE_TORCH_CPU CACHE)
  unset(SIMPLE_TORCH_C10 CACHE)
  set(SIMPLE_TORCH_NAMED "${named_folders}" CACHE INTERNAL "Where LibTorch was looked for")
endif()
if(named_folder)
  find_path(SIMPLE_TORCH_INCLUDE ATen/ATen.h PATHS ${parents} PATH_SUFFIXES include NO_DEFAULT_PATH)
else()
  find_path(SIMPLE_TORCH_INCLUDE ATen/ATen.h HINTS ${parents} PATH_SUFFIXES include)
endif()
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

simple_demand_own_machine()
simple_torch_version(version_of_headers)
set(SIMPLE_TORCH_VERSION ${version_of_headers} CACHE INTERNAL "LibTorch's version, of its headers")
simple_torch_build(whole_version cuda_version ${torch_root} ${SIMPLE_TORCH_VERSION})

add_library(simple_libtorch INTERFACE)
# Newer wheels have an fmt of their own among their headers. What is compiled with them must be linked with what was
# compiled with ours, which a link puts first.
if(EXISTS ${SIMPLE_TORCH_INCLUDE}/fmt AND TARGET fmt::fmt)
  get_target_property(our_fmt fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
  list(GET our_fmt 0 our_fmt)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/our_fmt)
  file(CREATE_LINK ${our_fmt}/fmt ${CMAKE_BINARY_DIR}/our_fmt/fmt SYMBOLIC)
  target_include_directories(simple_libtorch SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/our_fmt)
endif()
if(whole_version)
  # pip leaves files the age that they have in the wheel: what was compiled with another version may be younger than these.
  target_compile_definitions(simple_libtorch INTERFACE SIMPLE_TORCH_BUILD="${whole_version}")
else()
  set(whole_version ${SIMPLE_TORCH_VERSION})
endif()
target_include_directories(simple_libtorch SYSTEM INTERFACE
  ${SIMPLE_TORCH_INCLUDE} ${SIMPLE_TORCH_INCLUDE}/torch/csrc/api/include)
target_link_libraries(simple_libtorch INTERFACE ${SIMPLE_TORCH_CPU} ${SIMPLE_TORCH_C10})

# CUDA's part registers itself when it is loaded, though nothing calls it by name. The toolkit's libraries that it needs
# stand elsewhere (a wheel's nvidia/ folder) and are the loader's to find.
set(said "")
set(loaded ${SIMPLE_TORCH_CPU})
if(EXISTS ${torch_libraries}/libtorch_cuda.so)
  set(said ", with CUDA")
  if(cuda_version)
    set(said ", with CUDA ${cuda_version}")
  endif()
  set(loaded ${torch_libraries}/libtorch_cuda.so)
  target_link_libraries(simple_libtorch INTERFACE
    -Wl,--push-state,--no-as-needed ${torch_libraries}/libtorch_cuda.so -Wl,--pop-state)
  target_link_options(simple_libtorch INTERFACE -Wl,--allow-shlib-undefined)
endif()
simple_demand_dependencies(${loaded})

simple_torch_standard(standard)
if(standard GREATER 17)
  target_compile_features(simple_libtorch INTERFACE cxx_std_${standard})
endif()
simple_torch_old_abi(old_abi)
set(SIMPLE_TORCH_OLD_ABI ${old_abi} CACHE INTERNAL "Whether LibTorch has the C++ ABI from before GCC 5")
if(SIMPLE_TORCH_OLD_ABI)
  set(said "${said}, of the old C++ ABI")
  target_compile_definitions(simple_libtorch INTERFACE _GLIBCXX_USE_CXX11_ABI=0)
endif()
message(STATUS "LibTorch ${whole_version}${said}: ${SIMPLE_TORCH_CPU}")
