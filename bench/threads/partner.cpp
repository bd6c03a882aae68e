#include "bench/threads/partner.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <new>
#include <stdexcept>

namespace simple::bench {

Partner::Partner() {
    void* memory = mmap(nullptr, sizeof(Asked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    asked_ = new (memory) Asked;
    if (sem_init(&asked_->go, 1, 0) != 0) throw std::runtime_error("no semaphore could be made");
}

Partner::~Partner() { munmap(asked_, sizeof(Asked)); }

void Partner::ask(Asked::What what) {
    asked_->what.store(what, std::memory_order_release);
    if (what == Asked::work) sem_post(&asked_->go);
    await(what);
}

void Partner::await(Asked::What what) {
    for (int spins = 0; asked_->doing.load(std::memory_order_acquire) != what; ++spins) {
        if (spins < 2000) continue;
        if (!lives()) throw std::runtime_error("the process that makes the same calls has ended");
        std::this_thread::yield();
    }
}

void Partner::work(Side& side, int batch) const {
    for (;;) {
        asked_->doing.store(Asked::rest, std::memory_order_release);
        while (sem_wait(&asked_->go) != 0) {
        }
        asked_->doing.store(Asked::work, std::memory_order_release);
        while (asked_->what.load(std::memory_order_acquire) == Asked::work) {
            side.run(batch);
            asked_->calls.store(asked_->calls.load(std::memory_order_relaxed) + batch, std::memory_order_relaxed);
        }
        if (asked_->what.load(std::memory_order_acquire) == Asked::end) return;
    }
}

void Partner::end() {
    asked_->what.store(Asked::end, std::memory_order_release);
    sem_post(&asked_->go);
}

ThreadPartner::ThreadPartner(const Backend& backend, const TimedCall& call, int batch) {
    thread_ = std::thread([this, &backend, call, batch] {
        // What the first thread could do succeeds here, or ends the program.
        const std::unique_ptr<Side> side = abi_side(backend, call);
        work(*side, batch);
    });
    await(Asked::rest);
}

ThreadPartner::~ThreadPartner() {
    end();
    thread_.join();
}

ProcessPartner::ProcessPartner(Side& side, int batch) : process_(fork()) {
    if (process_ < 0) throw std::runtime_error("no process could be made");
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        // A process that never had a second thread may go without locks, which is not what is to be compared.
        std::thread([] {}).join();
        work(side, batch);
        _exit(0);
    }
    await(Asked::rest);
}

ProcessPartner::~ProcessPartner() {
    end();
    if (process_ > 0) waitpid(process_, nullptr, 0);
}

bool ProcessPartner::lives() {
    if (process_ > 0 && waitpid(process_, nullptr, WNOHANG) == process_) process_ = 0;
    return process_ > 0;
}

}  // namespace simple::bench
