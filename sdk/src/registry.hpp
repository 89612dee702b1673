#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/dynamic.hpp"
#include "e2e/test.hpp"

namespace e2e::detail {

/// What only a test that E2E_DYNAMIC_TESTS made has: nothing of it has static storage.
struct DynamicTest {
  std::string name;
  std::unique_ptr<TestCall> call;  // the entry's body has the page class alone
};

/// A test. Its texts are the source's own, or kept by whoever made it: each worker process goes through all
/// tests of a plugin before it runs one, so that a copy of each would be most of what that costs.
struct TestEntry {
  std::string_view module, name, file;  // file: cleaned
  Location where;
  Body body;
  std::vector<TestOption> options;
  std::unique_ptr<DynamicTest> made;  // null in a declared test

  std::string id() const { return std::string(module).append("::").append(name); }
};

/// Tests in some order; borrowed.
using TestList = std::vector<const TestEntry*>;

struct FixtureEntry {
  FixtureKind kind;
  std::string name;  // of a once_per_run; of the rest its file and line
  std::string file;
  Location where;
  Body body;
};

/// An E2E_DYNAMIC_TESTS.
struct DynamicSource {
  std::string file;  // cleaned
  Location where;
  void (*make)(TestRegistrar&);
};

/// Two declarations that can't both be.
struct DeclarationError {
  std::string message;
  Location where;
};

/// What the test files declared. Filled by static constructors, read-only from then on.
class Registry {
 public:
  static Registry& global();

  void add(TestEntry entry) { tests_.push_back(std::move(entry)); }
  /// The cleaned path, for as long as this registry lives: `path` itself where it is clean.
  std::string_view keep_clean(const char* path);
  /// Whether there is a test of that id.
  bool has(std::string_view module, std::string_view name) const;
  /// A fixture in a header that several files include is one fixture.
  void add(FixtureEntry entry);

  /// One in a header that several files include is one.
  void add(DynamicSource source);

  /// By module, then file, then declaration. Without dynamic ones, which each instance makes for itself.
  TestList tests() const;
  const std::vector<DynamicSource>& dynamic_sources() const { return dynamic_sources_; }
  /// By file name, then declaration.
  std::vector<FixtureEntry> fixtures(FixtureKind kind) const;
  /// The first thing that is wrong with the declarations, if any.
  std::optional<DeclarationError> error() const;

 private:
  std::deque<TestEntry> tests_;  // growing moves none of them
  std::vector<FixtureEntry> fixtures_;
  std::vector<DynamicSource> dynamic_sources_;
  const char* last_path_ = nullptr;  // the tests of a file come one after the other
  std::string_view last_clean_;
  std::deque<std::string> cleaned_;
};

/// Those of a module stay in their order.
void sort_by_module(TestList& tests);

/// "services/users/modules/01_create_user.cpp" -> "01_create_user"
std::string_view module_of(std::string_view file);

}  // namespace e2e::detail
