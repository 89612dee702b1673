#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "base/utf8.hpp"
#include "config/yaml_document.hpp"

namespace e2e::host {
namespace {

constexpr std::string_view string_tag = "tag:yaml.org,2002:str";

/// How many bytes of `line` the token at `column` takes; for a map or a list one.
uint32_t token_length(std::string_view line, size_t column, std::string_view value) {
  if (column >= line.size()) return 1;
  const std::string_view rest = line.substr(column);
  const char first = rest[0];
  if (!value.empty() && rest.starts_with(value)) return static_cast<uint32_t>(value.size());
  if (first == '&' || first == '*' || first == '!')
    return static_cast<uint32_t>(std::min(rest.find_first_of(" ,]}"), rest.size()));
  if (first == '"' || first == '\'') {
    for (size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '\\' && first == '"')
        ++i;
      else if (rest[i] == first)
        return static_cast<uint32_t>(i + 1);
    }
    return static_cast<uint32_t>(rest.size());
  }
  return 1;
}

/// The text in UTF-8. yaml-cpp 0.7 reads "\N" and "\_" as the single bytes of U+0085 and U+00A0 in Latin-1;
/// else a text is as the source, whose bytes were looked at before.
std::string in_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = std::max<size_t>(utf8_length(text), 1);
    if (utf8_length(text) == 0) out += '\xC2';
    out += text.substr(0, length);
    text.remove_prefix(length);
  }
  return out;
}

/// Builds the tree from the parser's events, so that aliases are shared, never expanded, and a text that is
/// too deep or too large is stopped where it gets so.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceText& source, Diagnostics& diagnostics, YamlAliases aliases)
      : source_(source), diagnostics_(diagnostics), aliases_(aliases) {}

  [[nodiscard]] YamlPointer root() const { return root_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    count(mark, 1);
    add(finish(make(YamlNode::Kind::null, mark, {}), anchor, 1));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    count(mark, 1);
    auto node = make(YamlNode::Kind::scalar, mark, value);
    node->text = in_utf8(value);
    node->is_plain = tag == "?";
    if (tag != "?" && tag != "!" && tag != string_tag) refuse_tag(node->at);
    add(finish(std::move(node), anchor, 1));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (aliases_ == YamlAliases::refused) throw YAML::ParserException(mark, "aliases are not allowed here");
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw YAML::ParserException(mark, "an alias inside of what it stands for");
    count(mark, known->second.nodes);
    add(known->second.node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::sequence, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override {
    merge_inherited();
    close();
  }

 private:
  struct Open {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor;
    size_t nodes_before;
    YamlPointer key;                                  ///< of a map: the key that waits for its value
    std::unordered_map<std::string, uint32_t> lines;  ///< of a map: where each key is
    YamlPointer inherited;                            ///< of a map: the value of its "<<"
  };
  struct Anchor {
    YamlPointer node;
    size_t nodes;
  };

  std::shared_ptr<YamlNode> make(YamlNode::Kind kind, const YAML::Mark& mark, std::string_view value) const {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->at.source = &source_;
    node->at.line = static_cast<uint32_t>(mark.line + 1);
    node->at.column = static_cast<uint32_t>(mark.column);
    node->at.length = token_length(source_.line(node->at.line), node->at.column, value);
    return node;
  }

  void count(const YAML::Mark& mark, size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > max_yaml_nodes)
      throw YAML::ParserException(
          mark, fmt::format("more than {} values, counting what aliases stand for", max_yaml_nodes));
  }

  void refuse_tag(const SourceRange& at) {
    diagnostics_.add(at, "tags are not supported here", "leave the tag out");
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (open_.size() >= max_yaml_depth)
      throw YAML::ParserException(mark, fmt::format("nested deeper than {} levels", max_yaml_depth));
    const size_t nodes_before = nodes_;
    count(mark, 1);
    open_.push_back({make(kind, mark, {}), anchor, nodes_before, {}, {}, {}});
    if (!tag.empty() && tag != "?" && tag != "!") refuse_tag(open_.back().node->at);
  }

  void close() {
    Open top = std::move(open_.back());
    open_.pop_back();
    add(finish(std::move(top.node), top.anchor, nodes_ - top.nodes_before));
  }

  YamlPointer finish(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor, size_t nodes) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {node, nodes};
    return node;
  }

  void add(YamlPointer node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& top = open_.back();
    if (top.node->kind == YamlNode::Kind::sequence)
      top.node->items.push_back(std::move(node));
    else if (!top.key)
      top.key = std::move(node);
    else
      add_entry(top, std::move(node));
  }

  void add_entry(Open& top, YamlPointer value) {
    const YamlPointer key = std::move(top.key);
    top.key = nullptr;
    if (key->kind != YamlNode::Kind::scalar) {
      diagnostics_.add(key->at, fmt::format("a key must be a text, not {}", describe(*key)));
      return;
    }
    const auto [known, is_new] = top.lines.emplace(key->text, key->at.line);
    if (!is_new) {
      diagnostics_.add(key->at, fmt::format("duplicate key {}", in_quotes(key->text)),
                       fmt::format("it is set already in line {}", known->second));
    } else if (key->is_plain && key->text == "<<") {
      top.inherited = std::move(value);
    } else {
      top.node->entries.push_back({key->text, key->at, std::move(value)});
    }
  }

  /// "<<": what it names is added where the map doesn't say otherwise; of several, the first says it.
  void merge_inherited() {
    Open& top = open_.back();
    if (!top.inherited) return;
    const bool is_list = top.inherited->kind == YamlNode::Kind::sequence;
    const auto parents = is_list ? top.inherited->items : std::vector<YamlPointer>{top.inherited};
    for (const auto& parent : parents) {
      if (parent->kind != YamlNode::Kind::map) {
        diagnostics_.add(parent->at,
                         fmt::format("'<<' needs a map, or a list of maps, not {}", describe(*parent)));
        continue;
      }
      for (const auto& entry : parent->entries)
        if (top.lines.emplace(entry.key, entry.key_at.line).second) top.node->entries.push_back(entry);
    }
  }

  const SourceText& source_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchor> anchors_;
  YamlPointer root_;
  size_t nodes_ = 0;
  YamlAliases aliases_;
};

SourceRange range_of(const SourceText& source, const YAML::Mark& mark) {
  SourceRange at{&source, 0, 0, 1};
  if (mark.is_null()) return at;
  at.line = static_cast<uint32_t>(mark.line + 1);
  at.column = static_cast<uint32_t>(mark.column);
  return at;
}

}  // namespace

YamlPointer parse_yaml(const SourceText& source, Diagnostics& diagnostics, YamlAliases aliases) {
  if (const auto problem = find_text_problem(source.text()); problem.line > 0) {
    diagnostics.add({&source, problem.line, problem.column, 1}, problem.message);
    return nullptr;
  }
  std::istringstream stream(source.text());
  TreeBuilder builder(source, diagnostics, aliases);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      auto empty = std::make_shared<YamlNode>();
      empty->at = {&source, 1, 0, 1};
      return empty;
    }
    const YamlPointer root = builder.root();
    TreeBuilder second(source, diagnostics, aliases);
    if (parser.HandleNextDocument(second)) {
      diagnostics.add(second.root()->at, "a second YAML document; only one is read");
      return nullptr;
    }
    return root;
  } catch (const YAML::Exception& error) {
    // "{a: ${B}}" is a mistake that YAML's own words don't explain.
    const bool may_be_reference =
        error.msg.find("flow") != error.msg.npos && source.text().find("${") != std::string::npos;
    diagnostics.add(range_of(source, error.mark), error.msg,
                    may_be_reference ? "inside of { } and [ ], a value with ${...} needs quotes" : "");
    return nullptr;
  }
}

}  // namespace e2e::host
