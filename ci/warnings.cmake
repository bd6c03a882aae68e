# simple_warnings(TARGET TORCH_VERSION): the warnings of our own code, as options of TARGET. They are errors where both the
# compiler and LibTorch (empty: built without) are of ci/tested.txt or ci/wheels.txt: what a newer one finds to say stops
# nobody's build.
# What a library has come to deprecate is no error anywhere. SIMPLE_WERROR, where set, decides instead.
function(simple_warnings target torch_version)
  string(REPLACE GNU g++ compiler "${CMAKE_CXX_COMPILER_ID}")
  string(REPLACE Clang clang++ compiler "${compiler}")
  string(REGEX MATCH "^[0-9]+" major "${CMAKE_CXX_COMPILER_VERSION}")
  file(STRINGS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/tested.txt rows REGEX "^[a-z]")
  string(REPLACE ";" " " words "${rows}")
  separate_arguments(words UNIX_COMMAND "${words}")
  # Of wheels the whole version is listed.
  file(STRINGS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/wheels.txt wheels REGEX "^[0-9]")
  string(REGEX REPLACE "([0-9]+\\.[0-9]+)\\.[0-9]+(\\+[a-z0-9]+)?" "\\1" wheels "${wheels}")
  list(APPEND words ${wheels})
  string(REGEX MATCH "^[0-9]+\\.[0-9]+" torch "${torch_version}")
  set(errors OFF)
  if("${compiler}-${major}" IN_LIST words AND (torch_version STREQUAL "" OR torch IN_LIST words))
    set(errors ON)
  endif()
  if(DEFINED SIMPLE_WERROR)
    set(errors ${SIMPLE_WERROR})
  endif()
  target_compile_options(${target} INTERFACE -Wall -Wextra)
  if(errors)
    target_compile_options(${target} INTERFACE -Werror -Wno-error=deprecated-declarations)
  endif()
  message(STATUS "Warnings are errors: ${errors} (${compiler}-${major}, LibTorch ${torch_version})")
endfunction()
