#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "e2e/page.hpp"
#include "frame.hpp"
#include "instance.hpp"

namespace e2e::detail {

/// The page objects for one page of the host: one of each class, made when first asked for.
class PageObjects {
 public:
  PageObjects(Instance& instance, e2e_page* page);
  bool are_for(std::uint64_t serial) const { return serial_ == serial; }
  Page* get(const Body& body);

 private:
  struct Made {
    Page* (*make)(const PageBinding&);
    std::unique_ptr<Page> object;
  };
  PageBinding binding_;
  std::uint64_t serial_;
  std::vector<Made> made_;
};

/// From before_all to after_all. Used on one thread at a time.
class Scope {
 public:
  Scope(Instance& instance, e2e_page* page);
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// Runs once_per_run and before_all. On anything but E2E_PASS it has closed itself again.
  e2e_rc open() noexcept;
  e2e_rc close() noexcept;
  /// One attempt.
  e2e_rc run(const TestEntry& test, e2e_page* page) noexcept;

  /// The result of a once_per_run fixture as JSON text, or null.
  const std::string* once_per_run(std::string_view name) const;

 private:
  void run_once_per_run(const FixtureEntry& fixture);
  void run_claimed(const FixtureEntry& fixture, const std::string& key);
  void run_fixture(Frame& frame, PageObjects& pages, const FixtureEntry& fixture,
                   std::uint32_t phase) noexcept;
  void run_after(Frame& frame, PageObjects& pages, FixtureKind kind, std::uint32_t phase) noexcept;
  void tear_down(bool with_after_all) noexcept;
  PageObjects& pages_for(e2e_page* page);

  Instance& instance_;
  Frame frame_;
  std::map<std::string, std::string, std::less<>> once_results_;
  std::unique_ptr<PageObjects> scope_pages_;
  std::unique_ptr<PageObjects> attempt_pages_;  // for the last page that was not the scope's
};

}  // namespace e2e::detail
