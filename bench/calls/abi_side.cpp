#include "bench/calls/prepared_call.h"
#include "bench/calls/side.h"

namespace simple::bench {
namespace {

class AbiSide : public Side {
  public:
    AbiSide(const Backend& backend, const TimedCall& call, bool fails) : call_(backend, call, fails) {}
    void prepare(int calls) override { call_.prepare(calls); }
    void run(int calls) override { call_.run(calls); }
    void finish() override { call_.finish(); }

  private:
    PreparedCall call_;
};

}  // namespace

std::unique_ptr<Side> abi_side(const Backend& backend, const TimedCall& call, bool fails) {
    return std::make_unique<AbiSide>(backend, call, fails);
}

}  // namespace simple::bench
