#include "e2e/data.hpp"

#include <link.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "document.hpp"
#include "e2e/context.hpp"
#include "frame.hpp"

namespace e2e {

namespace {

struct Search {
  std::uintptr_t address;
  std::string path;
};

/// Ends the walk at the object that has the address.
int find_object(dl_phdr_info* info, std::size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    const std::uintptr_t begin = info->dlpi_addr + part.p_vaddr;
    if (part.p_type != PT_LOAD || search.address < begin || search.address >= begin + part.p_memsz) continue;
    search.path = info->dlpi_name;
    return 1;
  }
  return 0;
}

/// Reads one value and says what ended it: ',', '\n' or '\0' for the end of the text.
char take_value(std::string_view& text, std::string& value, Location where) {
  value.clear();
  bool is_quoted = false;
  if (!text.empty() && text.front() == '"') {
    is_quoted = true;
    text.remove_prefix(1);
  }
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (is_quoted && c == '"') {
      if (text.empty() || text.front() != '"') {
        is_quoted = false;
        continue;
      }
      text.remove_prefix(1);
    } else if (!is_quoted && c == '\r' && !text.empty() && text.front() == '\n') {
      continue;
    } else if (!is_quoted && (c == ',' || c == '\n')) {
      return c;
    }
    value += c;
  }
  if (is_quoted) fail("the CSV ends within quotes, which begin: " + value.substr(0, 100), where);
  return '\0';
}

}  // namespace

std::string data_path(std::string_view file) {
  // Of the plugin that this is linked into.
  Search search{reinterpret_cast<std::uintptr_t>(&find_object), {}};
  dl_iterate_phdr(&find_object, &search);
  const std::size_t slash = search.path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : search.path.substr(0, slash + 1);
  std::string stem = search.path.substr(folder.size());
  stem = stem.substr(0, stem.rfind('.'));
  return folder + "data/" + stem + "/" + std::string(file);
}

const std::string& Table::value(const Row& row, std::string_view column, Location where) {
  for (const auto& [name, value] : row) {
    if (name == column) return value;
  }
  std::string known;
  for (const auto& [name, value] : row) known += (known.empty() ? "" : ", ") + name;
  fail("the table has no column '" + std::string(column) + "': it has " + known, where);
}

Table parse_csv(std::string_view text, Location where) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::vector<std::string> columns;
  std::vector<Table::Row> rows;
  bool is_head = true;
  while (!text.empty()) {
    std::vector<std::string> values;
    std::string value;
    char end = ',';
    while (end == ',') {
      end = take_value(text, value, where);
      values.push_back(value);
    }
    if (values.size() == 1 && values[0].empty()) continue;  // an empty line
    if (is_head) {
      columns = std::move(values);
      is_head = false;
      continue;
    }
    if (values.size() > columns.size()) {
      fail("row " + std::to_string(rows.size() + 1) + " of the CSV has " + std::to_string(values.size()) +
               " values, its first line names " + std::to_string(columns.size()) + " columns",
           where);
    }
    Table::Row row;
    for (std::size_t i = 0; i < columns.size(); ++i)
      row.emplace_back(columns[i], i < values.size() ? std::move(values[i]) : std::string());
    rows.push_back(std::move(row));
  }
  return Table(std::move(rows));
}

namespace {

Json json_of_yaml(std::string_view name, std::string_view text, Location where) {
  const detail::HostApi& api = detail::api_of(detail::required_frame("e2e::parse_yaml()").instance);
  if (!api.yaml) {
    fail("the host (" + detail::to_string(api.host->name) + " " + detail::to_string(api.host->version) +
             ") does not offer " E2E_EXT_YAML ", which e2e::parse_yaml() needs: update it",
         where);
  }
  e2e_str json{};
  if (api.yaml->to_json(api.host, detail::to_str(name), detail::to_str(text), &json) != E2E_PASS)
    fail(detail::to_string(json), where);
  return detail::parse_for_test(api, detail::to_view(json), std::string(name), where);
}

}  // namespace

Json parse_yaml(std::string_view text, Location where) { return json_of_yaml("YAML", text, where); }
Json read_yaml(const std::string& path, Location where) {
  return json_of_yaml(path, read_file(path, where), where);
}

std::string read_file(const std::string& path, Location where) {
  constexpr std::size_t largest = 64u << 20;
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "re"));
  if (!file) fail(path + ": " + std::strerror(errno), where);
  std::string text;
  char buffer[65536];
  while (const std::size_t size = std::fread(buffer, 1, sizeof(buffer), file.get())) {
    text.append(buffer, size);
    if (text.size() > largest) fail(path + ": larger than 64 MiB", where);
  }
  if (std::ferror(file.get())) fail(path + ": " + std::strerror(errno), where);
  return text;
}

Table read_csv(const std::string& path, Location where) { return parse_csv(read_file(path, where), where); }
Json read_json(const std::string& path, Location where) { return parse_json(read_file(path, where), where); }

}  // namespace e2e
