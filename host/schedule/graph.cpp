#include "schedule/graph.hpp"

#include <algorithm>
#include <limits>

namespace e2e::host {
namespace {

constexpr uint32_t unset = std::numeric_limits<uint32_t>::max();

class Tarjan {
 public:
  explicit Tarjan(const Graph& graph)
      : graph_(graph), index_(graph.size(), unset), low_(graph.size(), 0), is_on_path_(graph.size(), false) {}

  std::vector<std::vector<uint32_t>> run() {
    for (uint32_t root = 0; root < graph_.size(); ++root) {
      if (index_[root] == unset) search_from(root);
    }
    return std::move(components_);
  }

 private:
  struct Frame {
    uint32_t node;
    std::size_t next_edge;
  };

  void search_from(uint32_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const uint32_t node = frame.node;
      if (frame.next_edge < graph_[node].size()) {
        const uint32_t target = graph_[node][frame.next_edge++];
        if (index_[target] == unset) {
          enter(target);
        } else if (is_on_path_[target]) {
          low_[node] = std::min(low_[node], index_[target]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
      if (low_[node] == index_[node]) close_component(node);
    }
  }

  void enter(uint32_t node) {
    index_[node] = low_[node] = next_index_++;
    is_on_path_[node] = true;
    path_.push_back(node);
    frames_.push_back({node, 0});
  }

  void close_component(uint32_t root) {
    const auto first = std::find(path_.rbegin(), path_.rend(), root).base() - 1;
    std::vector<uint32_t> component(first, path_.end());
    path_.erase(first, path_.end());
    for (const uint32_t node : component) is_on_path_[node] = false;
    std::sort(component.begin(), component.end());
    components_.push_back(std::move(component));
  }

  const Graph& graph_;
  std::vector<uint32_t> index_;
  std::vector<uint32_t> low_;
  std::vector<bool> is_on_path_;
  std::vector<uint32_t> path_;
  std::vector<Frame> frames_;
  std::vector<std::vector<uint32_t>> components_;
  uint32_t next_index_ = 0;
};

/// Breadth-first search for a way from a node back to itself, inside that node's component.
class CycleSearch {
 public:
  CycleSearch(const Graph& graph, uint64_t budget)
      : graph_(graph), came_from_(graph.size(), unset), component_(graph.size(), unset), budget_(budget) {}

  std::vector<uint32_t> run() {
    const auto components = strong_components(graph_);
    std::vector<uint32_t> starts;
    for (uint32_t number = 0; number < components.size(); ++number) {
      for (const uint32_t node : components[number]) component_[node] = number;
      starts.insert(starts.end(), components[number].begin(), components[number].end());
    }
    std::sort(starts.begin(), starts.end());
    for (const uint32_t start : starts) {
      if (budget_ == 0 && !best_.empty()) break;
      search_from(start);
      component_[start] = unset;  // every cycle through it has been looked at
    }
    return std::move(best_);
  }

 private:
  void search_from(uint32_t start) {
    std::vector<uint32_t> reached{start};
    std::size_t layer_end = 1;
    std::size_t length = 1;
    bool is_found = false;
    for (std::size_t at = 0; at < reached.size() && !is_found; ++at) {
      if (at == layer_end) {
        layer_end = reached.size();
        ++length;
      }
      if (!best_.empty() && length + 1 >= best_.size()) break;
      if (budget_ == 0 && !best_.empty()) break;
      is_found = expand(start, reached[at], reached);
    }
    for (const uint32_t node : reached) came_from_[node] = unset;
  }

  bool expand(uint32_t start, uint32_t node, std::vector<uint32_t>& reached) {
    for (const uint32_t target : graph_[node]) {
      if (budget_ > 0) --budget_;
      if (target == start) {
        best_ = way_back(start, node);
        return true;
      }
      if (component_[target] != component_[start] || came_from_[target] != unset) continue;
      came_from_[target] = node;
      reached.push_back(target);
    }
    return false;
  }

  std::vector<uint32_t> way_back(uint32_t start, uint32_t last) const {
    std::vector<uint32_t> cycle{start};
    for (uint32_t node = last; node != start; node = came_from_[node]) cycle.push_back(node);
    cycle.push_back(start);
    std::reverse(cycle.begin(), cycle.end());
    return cycle;
  }

  const Graph& graph_;
  std::vector<uint32_t> came_from_;
  std::vector<uint32_t> component_;
  std::vector<uint32_t> best_;
  uint64_t budget_;
};

}  // namespace

Graph reversed(const Graph& graph) {
  Graph result(graph.size());
  for (uint32_t node = 0; node < graph.size(); ++node) {
    for (const uint32_t target : graph[node]) result[target].push_back(node);
  }
  return result;
}

std::vector<std::vector<uint32_t>> strong_components(const Graph& graph) { return Tarjan(graph).run(); }

std::vector<uint32_t> shortest_cycle(const Graph& graph, uint64_t budget) {
  return CycleSearch(graph, budget).run();
}

}  // namespace e2e::host
