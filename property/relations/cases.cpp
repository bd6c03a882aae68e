#include "property/cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "property/laws/law.h"
#include "property/relations/relate.h"

namespace simple::property {

const Relations& all_relations() {
    static const Relations all = [] {
        Relations rows;
        for (const Relations& part :
             {creation_relations(), elementwise_relations(), shape_relations(), indexing_relations(), end_relations(),
              reduction_relations(), linalg_relations(), convolution_relations(), norm_relations(), loss_relations()})
            rows.insert(rows.end(), part.begin(), part.end());
        return rows;
    }();
    return all;
}

namespace {

// A gradient is compared where a call takes tensors and gives some.
std::vector<std::string> promises_of(const Relation& relation) {
    const Function& row = function(relation.fn);
    std::vector<std::string> promises{"V4", "E3", "E4"};
    if (takes_tensors(row) && row.result != Type::f64) promises.push_back("G4");
    return promises;
}

// A case that draws what its relation says nothing about shows nothing.
void hold_relation(const std::string& id, const Backend& backend, const SuiteOptions& options, int examples,
                   const Relation& relation) {
    int drawn = 0, related = 0;
    bool lacks = false;
    hold(id, backend, options, examples, [&](Trial& t) {
        drawn++;
        try {
            related += relate(t, relation);
        } catch (const MissingFunction&) {
            lacks = true;
            throw;
        }
    });
    constexpr int kEnough = 20;  // to tell a share
    if (testing::Test::HasFailure() || lacks || drawn < kEnough) return;
    EXPECT_GE(4 * related, drawn) << "the relation says something of " << related << " of " << drawn << " drawn calls";
}

// Each row that takes arguments out of a relation is met: one that is not says nothing.
void every_row_is_met(const Backend& backend, uint64_t seed) {
    constexpr int kDrawn = 3000;
    for (const Relation& relation : all_relations()) {
        std::set<const Beyond*> met;
        Dice dice(case_seed(seed, functions_of(relation) + relation.name));
        for (int i = 0; i < kDrawn && met.size() < relation.beyond.size(); i++) {
            const RelatedCall drawn =
                draw_related(backend, relation.fn, relation.draw, relation.spoiled, Random(dice.next()));
            for (const Beyond* row : beyond(relation, Arguments(drawn, drawn.call.step.args))) met.insert(row);
        }
        for (const Beyond& row : relation.beyond)
            EXPECT_TRUE(met.count(&row)) << function(relation.fn).name << ' ' << relation.name << ": " << row.reason;
    }
}

}  // namespace

Cases relation_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (const Relation& relation : all_relations()) {
        std::vector<Fn> involved = relation.others;
        involved.insert(involved.begin(), relation.fn);
        for (size_t i = 0; i < involved.size(); i++) {
            // Another function's case says the relation's whole name: "linear-is-matmul-plus-bias".
            const std::string name = (i ? name_of(relation.fn) + "-" : "") + relation.name;
            const std::string id = "relation/" + name_of(involved[i]) + "/" + name;
            const int examples = std::max(1, i ? options.examples / 4 : options.examples + options.examples / 2);
            cases.push_back({id, name_of(involved[i]), promises_of(relation), false,
                             [=, &backend, &relation] { hold_relation(id, backend, options, examples, relation); }});
        }
    }
    // Some rows are about elements: calls that meet them are not drawn for a stub.
    cases.push_back(
        {"coverage/relations", "", {}, false, with_values(backend.available(), [&backend, seed = options.seed] {
             every_row_is_met(backend, seed);
         })});
    return cases;
}

}  // namespace simple::property
