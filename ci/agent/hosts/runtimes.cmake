# Small runtimes of every make that the gate has to enter (ci/agent/hosts_test.py), around the reference backend: linked in,
# linked with, opened sooner or later, started through others. What has the functions linked in is made twice, the second
# time (NAME.faulty) with a planted fault; the others are given the faulty library.
set(hosts ${PROJECT_SOURCE_DIR}/ci/agent/hosts)
add_library(host_reference STATIC $<TARGET_OBJECTS:simple_torch_reference_objects>)
set_target_properties(host_reference PROPERTIES LINKER_LANGUAGE CXX)

add_library(host_faulty_reference SHARED ${hosts}/fault.c)
# The first definition of a function counts.
target_link_libraries(host_faulty_reference PRIVATE simple_flags $<LINK_LIBRARY:WHOLE_ARCHIVE,host_reference>
  reference_kernels simple_rules simple_spl simple_errors)
target_link_options(host_faulty_reference PRIVATE -Wl,--allow-multiple-definition -Wl,-Bsymbolic
  -Wl,--version-script=${PROJECT_SOURCE_DIR}/impl/abi/rt_torch.map)
set_target_properties(host_faulty_reference PROPERTIES OUTPUT_NAME simple_torch_reference LINKER_LANGUAGE CXX
  C_VISIBILITY_PRESET default LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/hosts/faulty)

function(simple_add_runtime name source)
  add_executable(runtime_${name} ${hosts}/${source})
  target_link_libraries(runtime_${name} PRIVATE simple_flags ${CMAKE_DL_LIBS} ${ARGN})
  set_target_properties(runtime_${name} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/hosts)
  add_dependencies(runtimes runtime_${name})
endfunction()
add_custom_target(runtimes ALL)
add_dependencies(runtimes host_faulty_reference simple_torch_reference)

# The functions linked in: exported, or in the symbol table alone; position-independent, or not.
function(simple_add_linked_in name)
  foreach(fault "" .faulty)
    simple_add_runtime(${name}${fault} linked.c $<LINK_LIBRARY:WHOLE_ARCHIVE,simple_spl_host>
      $<LINK_LIBRARY:WHOLE_ARCHIVE,host_reference> reference_kernels simple_rules simple_spl simple_errors)
    set_target_properties(runtime_${name}${fault} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_options(runtime_${name}${fault} PRIVATE ${ARGN})
    if(fault)
      target_sources(runtime_${name}${fault} PRIVATE ${hosts}/fault.c)
      target_link_options(runtime_${name}${fault} PRIVATE -Wl,--allow-multiple-definition)
    endif()
  endforeach()
endfunction()
simple_add_linked_in(exports -pie -rdynamic)
simple_add_linked_in(exports_no_pie -no-pie -rdynamic)
simple_add_linked_in(lists -pie)
simple_add_linked_in(lists_no_pie -no-pie)
simple_add_linked_in(stripped -pie -s)
simple_add_linked_in(static -static)

simple_add_runtime(linked_with linked.c simple_torch_reference)
simple_add_runtime(by_runpath by_runpath.c)
set_target_properties(runtime_by_runpath PROPERTIES BUILD_RPATH ${PROJECT_BINARY_DIR}/lib)
simple_add_runtime(by_rt_dlopen by_rt_dlopen.c simple_dynload simple_errors)
set_target_properties(runtime_by_rt_dlopen PROPERTIES LINKER_LANGUAGE CXX)
simple_add_runtime(calls calls.c simple_torch_reference Threads::Threads)
simple_add_runtime(in_thread in_thread.c Threads::Threads)
foreach(name takes_argument takes_variable before_main opens_plugin execs spawns swallows daemonises unpacks
    waits)
  simple_add_runtime(${name} ${name}.c)
endforeach()
add_library(runtime_plugin MODULE ${hosts}/plugin.c)
target_link_libraries(runtime_plugin PRIVATE simple_flags simple_torch_reference)
set_target_properties(runtime_plugin PROPERTIES PREFIX "" OUTPUT_NAME plugin C_VISIBILITY_PRESET default
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/hosts)
add_dependencies(runtimes runtime_plugin)

add_test(NAME agent.hosts COMMAND ${PROJECT_SOURCE_DIR}/ci/agent/hosts_test.py ${PROJECT_BINARY_DIR})
set_tests_properties(agent.hosts PROPERTIES TIMEOUT 300)
add_test(NAME agent.spec COMMAND ${PROJECT_SOURCE_DIR}/ci/agent/spec_test.py ${PROJECT_BINARY_DIR})
set_tests_properties(agent.spec PROPERTIES TIMEOUT 120)
add_test(NAME agent.runtime_options COMMAND ${PROJECT_SOURCE_DIR}/ci/agent/runtime_options_test.py ${PROJECT_BINARY_DIR})
set_tests_properties(agent.runtime_options PROPERTIES TIMEOUT 120)
