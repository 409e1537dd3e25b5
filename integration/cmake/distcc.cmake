# SPDX-License-Identifier: GPL-2.0-or-later
# Compile a CMake project through ccache and distcc, without any change to it:
#
#	cmake -C @datadir@/distcc/cmake/distcc.cmake -S . -B build
#
# or include() it before project().  The compilers stay what they are; distcc-chain runs in front of them (not in front of
# the linker).  CMake 3.4 or newer; CMAKE_C_COMPILER_LAUNCHER=distcc-chain in the environment does the same from 3.17 on.
foreach(language C CXX OBJC OBJCXX)
	set(CMAKE_${language}_COMPILER_LAUNCHER "@bindir@/distcc-chain" CACHE STRING "runs in front of the compiler")
endforeach()
