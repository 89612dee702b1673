#pragma once

#include <cstdint>
#include <vector>

namespace e2e::host {

/// A directed graph: for each node, the nodes it has an edge to. A node is its index.
using Graph = std::vector<std::vector<uint32_t>>;

/// The same graph with each edge turned round. Targets come out in ascending order.
Graph reversed(const Graph& graph);

/// The strongly connected components of `graph`: nodes that reach each other are in one component.
/// A component comes after every component it has an edge to; its nodes are in ascending order.
/// O(nodes + edges), without recursion. Tarjan, "Depth-first search and linear graph algorithms", 1972.
std::vector<std::vector<uint32_t>> strong_components(const Graph& graph);

/// A shortest cycle of `graph`, its first node repeated at the end; empty if there is none. Of equally short
/// ones the one through the lowest node, and it starts there. In a graph so tangled that the search would
/// take more than `budget` steps along edges, the shortest that was found by then.
std::vector<uint32_t> shortest_cycle(const Graph& graph, uint64_t budget = 20'000'000);

}  // namespace e2e::host
