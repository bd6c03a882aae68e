// What a library says of itself (S1, C1).
#include "property/laws/law.h"

namespace simple::property {

Laws info_laws() {
    Laws laws;
    laws.add(
        Fn::available, "false-of-a-stub-alone", {"S1"}, Needs::structure,
        [](Trial& t) {
            const bool stub = t.run(Fn::version, {}).text == "stub";
            t.check(t.backend.available() != stub, "available() is false exactly where version() is \"stub\"");
        },
        100);
    laws.add(
        Fn::backend_name, "is-a-name", {"S1"}, Needs::structure,
        [](Trial& t) {
            const std::string name = t.run(Fn::backend_name, {}).text;
            t.check(!name.empty(), "backend_name() is not empty");
            t.check((name == "stub") != t.backend.available(), "backend_name() is \"stub\" exactly of a stub");
        },
        100);
    return laws;
}

}  // namespace simple::property
