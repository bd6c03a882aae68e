#include "bench/calls/fresh_pages.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <set>
#include <stdexcept>
#include <vector>

namespace simple::bench {
namespace {

constexpr size_t kLarge = 16 << 20;

struct Segment {
    uintptr_t begin;
    size_t size;
};

// In place of the pages that are there, at once.
void move_to_fresh_pages(const Segment& code) {
    // Some are left over, so that the pages that the last process gave back are not given out in the same order.
    static std::mt19937 random(std::random_device{}());
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t skipped = std::uniform_int_distribution<size_t>(0, 255)(random) * page;
    void* fresh = mmap(nullptr, skipped + code.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fresh == MAP_FAILED) return;
    madvise(fresh, skipped + code.size, MADV_NOHUGEPAGE);
    std::memset(fresh, 0, skipped);
    char* copy = static_cast<char*>(fresh) + skipped;
    std::memcpy(copy, reinterpret_cast<const void*>(code.begin), code.size);
    if (mprotect(copy, code.size, PROT_READ | PROT_EXEC) != 0 ||
        mremap(copy, code.size, code.size, MREMAP_MAYMOVE | MREMAP_FIXED, reinterpret_cast<void*>(code.begin)) ==
            MAP_FAILED)
        munmap(copy, code.size);
}

std::vector<Segment> code_of(const dl_phdr_info& object) {
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    std::vector<Segment> segments;
    for (int i = 0; i < object.dlpi_phnum; ++i) {
        const ElfW(Phdr)& header = object.dlpi_phdr[i];
        if (header.p_type != PT_LOAD || (header.p_flags & (PF_R | PF_W | PF_X)) != (PF_R | PF_X)) continue;
        const uintptr_t begin = (object.dlpi_addr + header.p_vaddr) & ~(page - 1);
        const uintptr_t end = (object.dlpi_addr + header.p_vaddr + header.p_memsz + page - 1) & ~(page - 1);
        if (end - begin <= kLarge) segments.push_back({begin, end - begin});
    }
    return segments;
}

// Of the program, the first, and all libraries.
std::vector<dl_phdr_info> loaded_objects() {
    std::vector<dl_phdr_info> objects;
    dl_iterate_phdr(
        [](dl_phdr_info* object, size_t, void* to) {
            static_cast<std::vector<dl_phdr_info>*>(to)->push_back(*object);
            return 0;
        },
        &objects);
    return objects;
}

void move_to_fresh_pages(const dl_phdr_info& object) {
    for (const Segment& code : code_of(object)) move_to_fresh_pages(code);
}

}  // namespace

Backend load_on_fresh_pages(const std::string& path, const std::vector<std::string>& first) {
    std::set<uintptr_t> before;
    for (const auto& object : loaded_objects()) before.insert(object.dlpi_addr);
    for (const std::string& file : first)
        if (!dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL))
            throw std::runtime_error("cannot load what " + path + " needs: " + dlerror());
    Backend backend = load_backend(path);
    for (const auto& object : loaded_objects())
        if (before.count(object.dlpi_addr) == 0) move_to_fresh_pages(object);
    return backend;
}

void move_program_to_fresh_pages() { move_to_fresh_pages(loaded_objects().front()); }

}  // namespace simple::bench
