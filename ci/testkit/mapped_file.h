// Numbers in a file that several processes map, so that they outlive each.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace simple {

// The file's first bytes as a T, for as long as the process lives; nullptr where it cannot be mapped. It has to be of
// that size at least.
template <typename T>
T* mapped_file(const char* path) {
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return nullptr;
    void* mapped = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return mapped == MAP_FAILED ? nullptr : static_cast<T*>(mapped);
}

}  // namespace simple
