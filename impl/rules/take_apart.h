// How a backend made of the shape rules ends a graph of its own nodes.
#pragma once

#include <memory>

namespace simple::rules {

// Of a node whose inputs are kept by shared pointers, for its destructor. A graph may be deeper than the stack: nodes
// that only root keeps are taken apart here, not by recursion. They wait in a list of their own links (Node::next),
// since freeing allocates nothing. node_of gives the pointer of an element of Node::inputs.
template <typename Node, typename NodeOf>
void take_apart(Node& root, NodeOf node_of) {
    std::shared_ptr<Node> open;
    const auto take_inputs = [&](Node& node) {
        for (auto& input : node.inputs) {
            std::shared_ptr<Node>& kept = node_of(input);
            if (!kept || kept.use_count() != 1) continue;
            kept->next = std::move(open);
            open = std::move(kept);
        }
        node.inputs.clear();
    };
    take_inputs(root);
    while (open) {
        const std::shared_ptr<Node> node = std::move(open);
        open = std::move(node->next);
        take_inputs(*node);
    }
}

}  // namespace simple::rules
