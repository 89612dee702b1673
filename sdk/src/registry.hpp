#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "e2e/dynamic.hpp"
#include "e2e/test.hpp"

namespace e2e::detail {

struct TestEntry {
  std::string module, name, file;  // file: cleaned
  Location where;
  Body body;
  std::vector<TestOption> options;
  std::shared_ptr<TestCall> call;  // of a dynamic test; its body has the page class alone

  std::string id() const { return module + "::" + name; }
};

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
  /// A fixture in a header that several files include is one fixture.
  void add(FixtureEntry entry);

  /// One in a header that several files include is one.
  void add(DynamicSource source);

  /// By module, then file, then declaration. Without dynamic ones, which each instance makes for itself.
  std::vector<TestEntry> tests() const;
  const std::vector<DynamicSource>& dynamic_sources() const { return dynamic_sources_; }
  /// By file name, then declaration.
  std::vector<FixtureEntry> fixtures(FixtureKind kind) const;
  /// The first thing that is wrong with the declarations, if any.
  std::optional<DeclarationError> error() const;

 private:
  std::vector<TestEntry> tests_;
  std::vector<FixtureEntry> fixtures_;
  std::vector<DynamicSource> dynamic_sources_;
};

/// Those of a module stay in their order.
void sort_by_module(std::vector<TestEntry>& tests);

/// "services/users/modules/01_create_user.cpp" -> "01_create_user"
std::string module_of(const std::string& file);

}  // namespace e2e::detail
