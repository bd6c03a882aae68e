#include "impl/torch/openmp.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

// Of a runtime that the program has in itself, from an archive: its symbols need not be in any table.
extern "C" [[gnu::weak]] void omp_set_num_threads(int);
extern "C" [[gnu::weak]] int omp_pause_resource_all(int);

namespace simple::torch_backend {
namespace {

constexpr int kSoftly = 1;  // omp_pause_soft
using SetNumThreads = void (*)(int);
using PauseAll = int (*)(int);  // since OpenMP 5.0

// What a loaded file itself defines, by its table of hashes. dlsym gives what stands first of all files that it looks
// at, and waits where another thread is in the middle of loading, which may itself wait for the thread that forks.
class Definitions {
  public:
    explicit Definitions(const dl_phdr_info& file) : base_(file.dlpi_addr) {
        for (const ElfW(Phdr)* part = file.dlpi_phdr; part != file.dlpi_phdr + file.dlpi_phnum; ++part)
            if (part->p_type == PT_DYNAMIC) read(reinterpret_cast<const ElfW(Dyn)*>(base_ + part->p_vaddr));
    }

    template <typename Function>
    Function find(const char* name) const {
        return reinterpret_cast<Function>(address_of(name));
    }

  private:
    void read(const ElfW(Dyn) * entry) {
        for (; entry->d_tag != DT_NULL; ++entry) {
            // glibc has relocated these addresses, except in the vDSO.
            const ElfW(Addr) address = entry->d_un.d_ptr + (entry->d_un.d_ptr < base_ ? base_ : 0);
            if (entry->d_tag == DT_GNU_HASH) hashes_ = reinterpret_cast<const uint32_t*>(address);
            if (entry->d_tag == DT_SYMTAB) symbols_ = reinterpret_cast<const ElfW(Sym)*>(address);
            if (entry->d_tag == DT_STRTAB) strings_ = reinterpret_cast<const char*>(address);
        }
    }

    // DT_GNU_HASH: the numbers of buckets, of the first symbol and of words of a filter, which only saves time; the
    // filter; each bucket's first symbol; a hash for each symbol, whose lowest bit marks the last one of its bucket.
    ElfW(Addr) address_of(const char* name) const {
        if (!hashes_ || !symbols_ || !strings_ || hashes_[0] == 0) return 0;
        const uint32_t buckets = hashes_[0], first = hashes_[1], filter = hashes_[2];
        const uint32_t* bucket = hashes_ + 4 + filter * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
        const uint32_t* chain = bucket + buckets;
        uint32_t hash = 5381;
        for (const char* c = name; *c; ++c) hash = hash * 33 + static_cast<unsigned char>(*c);
        uint32_t i = bucket[hash % buckets];
        if (i < first) return 0;  // the bucket is empty
        while (true) {
            const ElfW(Sym)& symbol = symbols_[i];
            if (((chain[i - first] ^ hash) | 1) == 1 && symbol.st_shndx != SHN_UNDEF &&
                std::strcmp(strings_ + symbol.st_name, name) == 0)
                return base_ + symbol.st_value;
            if (chain[i++ - first] & 1) return 0;
        }
    }

    ElfW(Addr) base_;
    const uint32_t* hashes_ = nullptr;
    const ElfW(Sym) * symbols_ = nullptr;
    const char* strings_ = nullptr;
};

struct Runtime {
    SetNumThreads set_num_threads = nullptr;
    PauseAll pause = nullptr;
    bool begins_anew_in_children = false;
};

struct Found {
    size_t count = 0;  // of those above kMost nothing is told but their number
    Runtime each[KeepingRuntimes::kMost];

    void add(const Runtime& runtime) {
        if (count < KeepingRuntimes::kMost) each[count] = runtime;
        ++count;
    }
    size_t known() const { return std::min(count, KeepingRuntimes::kMost); }
};

int look_at(dl_phdr_info* file, size_t, void* found) {
    const Definitions definitions(*file);
    Runtime runtime;
    runtime.set_num_threads = definitions.find<SetNumThreads>("omp_set_num_threads");
    if (!runtime.set_num_threads) return 0;
    runtime.pause = definitions.find<PauseAll>("omp_pause_resource_all");
    // LLVM's and Intel's, which may refuse since they are paused already.
    runtime.begins_anew_in_children = definitions.find<void (*)()>("__kmpc_fork_call") != nullptr;
    static_cast<Found*>(found)->add(runtime);
    return 0;
}

Found runtimes() {
    Found found;
    dl_iterate_phdr(look_at, &found);
    if (!omp_set_num_threads) return found;
    for (size_t i = 0; i < found.known(); ++i)
        if (found.each[i].set_num_threads == omp_set_num_threads) return found;
    found.add({omp_set_num_threads, omp_pause_resource_all, false});
    return found;
}

}  // namespace

KeepingRuntimes end_openmp_workers() noexcept {
    const Found found = runtimes();
    KeepingRuntimes keeping;
    for (size_t i = 0; i < found.known(); ++i) {
        const Runtime& runtime = found.each[i];
        const bool ended = runtime.pause && runtime.pause(kSoftly) == 0;
        if (!ended && !runtime.begins_anew_in_children)
            keeping.set_num_threads[keeping.count++] = runtime.set_num_threads;
    }
    keeping.count += found.count - found.known();
    return keeping;
}

void compute_alone(const KeepingRuntimes& runtimes) noexcept {
    for (auto* set_num_threads : runtimes.set_num_threads)
        if (set_num_threads) set_num_threads(1);
}

}  // namespace simple::torch_backend
