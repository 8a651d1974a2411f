# The targets libuv::uv, libuv::uv_a, libuv::libuv (the shared one) and libuv::uvpp, the C++ binding, in an
# installation that may have been moved: all is found from where this file is, below lib*/cmake or share/cmake.
# (An installation by CMake has a file of its own, made of cmake/libuvConfig.cmake.in.)
get_filename_component(_libuv_here "${CMAKE_CURRENT_LIST_DIR}" REALPATH)
string(REGEX REPLACE "^(.*)/(lib|lib64|lib/[^/]+|share)/cmake/libuv$" "\\1;\\2" _libuv_places "${_libuv_here}")
list(GET _libuv_places 0 _libuv_prefix)
list(GET _libuv_places -1 _libuv_below)

# Without find_library: what it finds depends on how the project looks for other libraries (static ones only, in a
# root for another system).
set(_libuv_include "${_libuv_prefix}/include")
foreach(_libuv_file IN ITEMS libuv.so.1 libuv.a)
  unset(_libuv_${_libuv_file})
  foreach(_libuv_place IN ITEMS "${_libuv_below}" lib "lib/${CMAKE_LIBRARY_ARCHITECTURE}" lib64)
    if(NOT _libuv_${_libuv_file} AND EXISTS "${_libuv_prefix}/${_libuv_place}/${_libuv_file}")
      set(_libuv_${_libuv_file} "${_libuv_prefix}/${_libuv_place}/${_libuv_file}")
    endif()
  endforeach()
  if(NOT EXISTS "${_libuv_include}/uv/threadpool.h" OR NOT _libuv_${_libuv_file})
    set(libuv_FOUND FALSE)
    set(libuv_NOT_FOUND_MESSAGE "${_libuv_prefix} has no uv.h or no ${_libuv_file}")
    return()
  endif()
endforeach()

if(NOT TARGET libuv::uv)
  add_library(libuv::uv SHARED IMPORTED)
  set_target_properties(libuv::uv PROPERTIES
    IMPORTED_LOCATION "${_libuv_libuv.so.1}"
    IMPORTED_SONAME libuv.so.1
    INTERFACE_COMPILE_DEFINITIONS USING_UV_SHARED=1
    INTERFACE_INCLUDE_DIRECTORIES "${_libuv_include}"
    INTERFACE_LINK_LIBRARIES "pthread;dl;rt;m")

  add_library(libuv::uv_a STATIC IMPORTED)
  set_target_properties(libuv::uv_a PROPERTIES
    IMPORTED_LOCATION "${_libuv_libuv.a}"
    INTERFACE_INCLUDE_DIRECTORIES "${_libuv_include}"
    INTERFACE_LINK_LIBRARIES "pthread;dl;rt;m")

  add_library(libuv::libuv INTERFACE IMPORTED)
  set_target_properties(libuv::libuv PROPERTIES INTERFACE_LINK_LIBRARIES libuv::uv)

  add_library(libuv::uvpp INTERFACE IMPORTED)
  set_target_properties(libuv::uvpp PROPERTIES
    INTERFACE_COMPILE_FEATURES cxx_std_17
    INTERFACE_LINK_LIBRARIES libuv::libuv)
endif()
