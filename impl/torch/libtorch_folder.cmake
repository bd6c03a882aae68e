# Where a LibTorch's headers and libraries lie, in whatever it comes: simple_libtorch_folders(RESULT PLACE...) gives the
# folders to look in for PLACE's include/ and lib/, the likeliest first. A PLACE is
#   * LibTorch's own folder, its lib/ (or Debian's, below which is one for the machine), or where its TorchConfig.cmake is, in
#     share/cmake, which is what torch.utils.cmake_prefix_path prints, or in lib/cmake;
#   * a Python's: a virtual environment, the folder of `pip install --target` or `--prefix`, a site-packages;
#   * a file: a wheel, a zip file or another archive, which is unpacked into the build folder, once.
# Of other places nothing above is looked at: it may be another LibTorch's.
function(simple_libtorch_folders result)
  set(folders)
  foreach(place ${ARGN})
    if(NOT IS_DIRECTORY "${place}" AND (EXISTS "${place}" OR "${place}" MATCHES "\\.(whl|zip)$"))
      simple_unpack_libtorch(place "${place}")
    endif()
    string(REGEX REPLACE "/+$" "" place "${place}")
    set(above)
    if("${place}" MATCHES "^(.*)/(share/cmake|lib(64)?(/[^/]+-linux-[^/]+)?(/cmake)?)(/Torch)?$")
      set(above ${CMAKE_MATCH_1})
    endif()
    file(GLOB of_python LIST_DIRECTORIES true "${place}/lib*/python3*/site-packages/torch" "${place}/lib*/python3*/dist-packages/torch"
      "${place}/local/lib*/python3*/dist-packages/torch")
    list(APPEND folders ${place} ${place}/torch ${place}/libtorch ${of_python} ${above})
  endforeach()
  set(${result} ${folders} PARENT_SCOPE)
endfunction()

# The folder that an archive was unpacked to. What was not unpacked to its end is unpacked again.
function(simple_unpack_libtorch result archive)
  if(NOT EXISTS "${archive}")
    message(FATAL_ERROR "No LibTorch in ${archive}: there is no such file; ${remedy}")
  endif()
  set(folder ${CMAKE_BINARY_DIR}/libtorch)
  file(SIZE "${archive}" size)
  file(TIMESTAMP "${archive}" time)
  set(what "${archive} ${size} ${time}")
  set(unpacked "")
  if(EXISTS ${folder}.unpacked)
    file(READ ${folder}.unpacked unpacked)
  endif()
  if(NOT unpacked STREQUAL what)
    message(STATUS "Unpacking ${archive}")
    file(REMOVE ${folder}.unpacked)
    file(REMOVE_RECURSE ${folder})
    execute_process(COMMAND ${CMAKE_COMMAND} -E make_directory ${folder} COMMAND_ERROR_IS_FATAL ANY)
    # Not file(ARCHIVE_EXTRACT), whose failure could not be told in a line.
    execute_process(COMMAND ${CMAKE_COMMAND} -E tar xf "${archive}" WORKING_DIRECTORY ${folder} RESULT_VARIABLE failed
      OUTPUT_QUIET ERROR_QUIET)
    if(failed)
      message(FATAL_ERROR "${archive} cannot be unpacked: it is no archive, or damaged, or the disk is full; download it again")
    endif()
    file(WRITE ${folder}.unpacked "${what}")
  endif()
  set(${result} ${folder} PARENT_SCOPE)
endfunction()
