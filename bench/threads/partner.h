// Somebody who makes the same calls at the same time: a thread of this process, or a process of its own.
#pragma once

#include <semaphore.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <thread>

#include "bench/calls/side.h"

namespace simple::bench {

// What both see; each variable on a cache line of its own.
struct Asked {
    enum What : int {
        rest,
        work,
        end
    };
    sem_t go;  // where the partner rests, and takes no processor
    alignas(64) std::atomic<int> what{rest};
    alignas(64) std::atomic<int> doing{end};    // what the partner is at; end until it is there
    alignas(64) std::atomic<int64_t> calls{0};  // that it has made
};

// Makes calls on tensors of its own while it is asked to. `batch`: how many between two looks.
class Partner {
  public:
    Partner(const Partner&) = delete;
    Partner& operator=(const Partner&) = delete;
    virtual ~Partner();

    // Returns when the partner works, or rests.
    void ask(Asked::What what);
    int64_t calls() const { return asked_->calls.load(std::memory_order_relaxed); }

  protected:
    Partner();
    // In the partner.
    void work(Side& side, int batch) const;
    void end();
    virtual bool lives() { return true; }
    void await(Asked::What what);

    Asked* asked_;
};

class ThreadPartner : public Partner {
  public:
    ThreadPartner(const Backend& backend, const TimedCall& call, int batch);
    ~ThreadPartner() override;

  private:
    std::thread thread_;
};

// Forked: the side that it is given is copied with everything else.
class ProcessPartner : public Partner {
  public:
    ProcessPartner(Side& side, int batch);
    ~ProcessPartner() override;

  private:
    bool lives() override;

    pid_t process_;
};

}  // namespace simple::bench
