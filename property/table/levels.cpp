#include "property/table/levels.h"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace simple::property {
namespace {

// The numbers that name the entries of a folder of /proc/self.
std::vector<int> numbers_in(const char* folder) {
    DIR* directory = opendir(folder);
    if (!directory) throw std::runtime_error(std::string(folder) + " cannot be read: " + std::strerror(errno));
    std::vector<int> numbers;
    while (const dirent* entry = readdir(directory))
        if (entry->d_name[0] != '.') numbers.push_back(std::atoi(entry->d_name));
    const auto own = std::find(numbers.begin(), numbers.end(), dirfd(directory));
    if (own != numbers.end()) numbers.erase(own);
    closedir(directory);
    return numbers;
}

int64_t pages_of_address_space() {
    long long size = 0;
    if (FILE* statm = std::fopen("/proc/self/statm", "re")) {
        if (std::fscanf(statm, "%lld", &size) != 1) size = 0;
        std::fclose(statm);
    }
    return size;
}

}  // namespace

std::vector<int> open_descriptors() { return numbers_in("/proc/self/fd"); }

Levels Levels::now(const Backend& backend, const CountingAllocations& counting) {
    Levels levels;
    auto& of = levels.of_;
    if (backend.live_tensors) of[tensors] = backend.live_tensors();
    if (backend.live_streams) of[streams] = backend.live_streams();
    of[files] = static_cast<int64_t>(open_descriptors().size());
    of[threads] = static_cast<int64_t>(numbers_in("/proc/self/task").size());
    of[pages] = pages_of_address_space();
    const Allocations in_use = counting.so_far();
    of[blocks] = in_use.blocks;
    of[bytes] = in_use.bytes;
    return levels;
}

Levels Levels::operator-(const Levels& other) const {
    Levels result;
    for (size_t i = 0; i < of_.size(); i++) result.of_[i] = of_[i] - other.of_[i];
    return result;
}

Levels Levels::without(const Levels& each, int64_t times) const {
    Levels result;
    for (size_t i = 0; i < of_.size(); i++) result.of_[i] = of_[i] - each.of_[i] * times;
    if (each.of_[blocks] > 0 && result.of_[blocks] <= 0) result.of_[bytes] = 0;
    return result;
}

Levels Levels::operator/(int64_t times) const {
    Levels result;
    for (size_t i = 0; i < of_.size(); i++) result.of_[i] = of_[i] / times;
    return result;
}

Levels Levels::common(const Levels& other) const {
    Levels result;
    for (size_t i = 0; i < of_.size(); i++) result.of_[i] = std::min(of_[i], other.of_[i]);
    return result;
}

bool Levels::grown() const {
    return std::any_of(of_.begin(), of_.end(), [](int64_t level) { return level > 0; });
}

std::string Levels::text() const {
    static const char* const names[] = {
        "live tensors", "live streams", "blocks of malloc", "bytes of malloc", "open files", "threads", "pages"};
    std::string text;
    for (size_t i = 0; i < of_.size(); i++)
        if (of_[i] != 0) text += (text.empty() ? "" : ", ") + std::to_string(of_[i]) + " " + names[i];
    return text.empty() ? "nothing" : text;
}

}  // namespace simple::property
