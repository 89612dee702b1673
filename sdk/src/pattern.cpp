#include "pattern.hpp"

namespace e2e {

namespace detail {

namespace {

std::string list_text(const std::vector<Pattern>& patterns) {
  std::string text;
  for (const Pattern& pattern : patterns) text += (text.empty() ? "" : ", ") + pattern.text();
  return "[" + text + "]";
}

std::string members_text(const PatternNode& node) {
  std::string text;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (i > 0) text += ", ";
    text += text_of_string(node.keys[i]) + ": " + node.children[i].text();
  }
  return "{" + text + "}";
}

}  // namespace

JsonPredicate::~JsonPredicate() = default;

const char* any_text(AnyKind kind) {
  switch (kind) {
    case AnyKind::value:
      return "any value";
    case AnyKind::string:
      return "a string";
    case AnyKind::non_empty:
      return "a string that is not empty";
    case AnyKind::integer:
      return "an integer";
    case AnyKind::number:
      return "a number";
    case AnyKind::boolean:
      return "a bool";
    case AnyKind::array:
      return "an array";
    case AnyKind::object:
      return "an object";
    case AnyKind::uuid:
      return "a UUID";
    case AnyKind::date:
      return "a date";
    case AnyKind::date_time:
      return "a date with a time";
    case AnyKind::url:
      return "an http(s) URL";
  }
  return "a value";
}

Pattern make_satisfies(std::string_view description, JsonPredicate* owned) {
  auto* node = new PatternNode(PatternNode::Kind::satisfies);
  node->predicate.reset(owned);
  node->text = description;
  return Pattern(node);
}

namespace {

using Kind = PatternNode::Kind;

PatternNode* node_of(Kind kind, std::initializer_list<Pattern> patterns) {
  auto* node = new PatternNode(kind);
  node->children.assign(patterns.begin(), patterns.end());
  return node;
}

PatternNode* node_of(Kind kind, std::initializer_list<PatternMember> members) {
  auto* node = new PatternNode(kind);
  for (const PatternMember& member : members) {
    node->keys.push_back(member.key);
    node->children.push_back(member.pattern);
  }
  return node;
}

}  // namespace
}  // namespace detail

using detail::PatternNode;

Pattern::Pattern(std::initializer_list<PatternMember> members)
    : node_(detail::node_of(PatternNode::Kind::object, members)) {}
Pattern::Pattern(detail::AnyKind kind) : node_(new PatternNode(PatternNode::Kind::any)) { node_->any = kind; }
Pattern::Pattern(const Pattern& other) noexcept : node_(other.node_) { ++node_->references; }
Pattern& Pattern::operator=(const Pattern& other) noexcept {
  ++other.node_->references;
  if (--node_->references == 0) delete node_;
  node_ = other.node_;
  return *this;
}
Pattern::~Pattern() {
  if (--node_->references == 0) delete node_;
}

Pattern Pattern::from_value(const JsonValue& value) {
  auto* node = new PatternNode(PatternNode::Kind::literal);
  node->text = value.text();
  return Pattern(node);
}

std::string Pattern::text() const {
  switch (node_->kind) {
    case PatternNode::Kind::literal:
      return node_->text;
    case PatternNode::Kind::any:
      return detail::any_text(node_->any);
    case PatternNode::Kind::matching:
      return "a string that matches " + detail::text_of_string(node_->text);
    case PatternNode::Kind::satisfies:
      return node_->text;
    case PatternNode::Kind::object:
      return detail::members_text(*node_);
    case PatternNode::Kind::exactly:
      return "exactly " + detail::members_text(*node_);
    case PatternNode::Kind::each:
      return "an array, each " + node_->children[0].text();
    case PatternNode::Kind::elements:
      return detail::list_text(node_->children);
    case PatternNode::Kind::any_order:
      return detail::list_text(node_->children) + " in any order";
    case PatternNode::Kind::contains:
      return "an array that contains " + detail::list_text(node_->children);
    case PatternNode::Kind::optional:
      return node_->children[0].text() + ", or nothing";
  }
  return "";
}

PatternMember::PatternMember(std::string_view member_key, const Pattern& value)
    : key(member_key), pattern(value) {}
PatternMember::~PatternMember() = default;
PatternMember::PatternMember(const PatternMember&) = default;

Pattern optional(const Pattern& pattern) {
  return Pattern(detail::node_of(PatternNode::Kind::optional, {pattern}));
}
Pattern exactly(std::initializer_list<PatternMember> members) {
  return Pattern(detail::node_of(PatternNode::Kind::exactly, members));
}
Pattern each(const Pattern& pattern) { return Pattern(detail::node_of(PatternNode::Kind::each, {pattern})); }
Pattern elements(std::initializer_list<Pattern> patterns) {
  return Pattern(detail::node_of(PatternNode::Kind::elements, patterns));
}
Pattern any_order(std::initializer_list<Pattern> patterns) {
  return Pattern(detail::node_of(PatternNode::Kind::any_order, patterns));
}
Pattern contains(std::initializer_list<Pattern> patterns) {
  return Pattern(detail::node_of(PatternNode::Kind::contains, patterns));
}
Pattern matching(std::string_view expression) {
  auto* node = new PatternNode(PatternNode::Kind::matching);
  node->text = expression;
  return Pattern(node);
}

}  // namespace e2e
