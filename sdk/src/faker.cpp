#include <cstdio>
#include <cstdlib>

#include "e2e/context.hpp"
#include "e2e/data.hpp"

namespace e2e {

namespace {

constexpr const char* first_names[] = {"Ada",   "Alan",  "Amina", "Bela", "Chidi", "Dana",  "Elif", "Emil",
                                       "Farid", "Grace", "Hana",  "Ines", "Ivo",   "Jun",   "Kofi", "Lena",
                                       "Luca",  "Mara",  "Nadia", "Omar", "Priya", "Quinn", "Rosa", "Sven",
                                       "Tara",  "Uma",   "Vito",  "Wen",  "Yara",  "Zoe"};
constexpr const char* last_names[] = {"Adeyemi", "Baker", "Costa",  "Demir",  "Eriksen", "Fischer", "Garcia",
                                      "Haddad",  "Ito",   "Jansen", "Kovac",  "Larsen",  "Mori",    "Novak",
                                      "Okafor",  "Patel", "Quist",  "Rossi",  "Silva",   "Tanaka",  "Ueda",
                                      "Vogel",   "Weber", "Xu",     "Yilmaz", "Zhang"};
constexpr const char* cities[] = {"Ashford",  "Brookfield", "Clearwater", "Dunmore",   "Eastvale",
                                  "Fairport", "Glenwood",   "Harborview", "Kingsbury", "Lakeside"};
constexpr const char* streets[] = {"Mill Lane",  "High Street",   "Station Road", "Park Avenue",
                                   "River Walk", "Church Street", "Garden Way",   "North Road"};
constexpr const char* words[] = {"amber",  "basket", "cloud",    "dawn",   "ember",  "forest",
                                 "garden", "harbor", "island",   "jacket", "kettle", "ladder",
                                 "meadow", "needle", "orange",   "pepper", "quiet",  "river",
                                 "silver", "timber", "umbrella", "velvet", "window", "yellow"};

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

template <class... Arguments>
std::string format(const char* pattern, Arguments... arguments) {
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), pattern, arguments...);
  return buffer;
}

}  // namespace

Faker::Faker(const Page& page) : seed_(0), state_(0) {
  const char* const given = std::getenv("E2E_SEED");
  // 32 bits are easier to type.
  seed_ = given && *given ? std::strtoull(given, nullptr, 10) : hash_of(page.test_id()) & 0xffffffffu;
  state_ = seed_;
  note("made-up data: E2E_SEED=" + std::to_string(seed_) + " makes the same again");
}

/// splitmix64: https://prng.di.unimi.it/splitmix64.c
std::uint64_t Faker::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

std::int64_t Faker::integer(std::int64_t least, std::int64_t most) {
  if (most <= least) return least;
  const std::uint64_t span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + (span == 0 ? next() : next() % span));
}

double Faker::decimal(double least, double most) {
  return least + (most - least) * (static_cast<double>(next() >> 11) * 0x1.0p-53);
}

bool Faker::coin() { return next() >> 63 != 0; }

std::string Faker::first_name() { return pick(first_names); }
std::string Faker::last_name() { return pick(last_names); }
std::string Faker::name() {
  const std::string first = first_name();
  return first + " " + last_name();
}
std::string Faker::email() {
  const std::string first = lower(first_name()), last = lower(last_name());
  const std::int64_t number = integer(1, 9999);
  return first + "." + last + std::to_string(number) + "@example." + pick({"com", "net", "org"});
}
std::string Faker::phone() { return format("+1-555-01%02d", static_cast<int>(integer(0, 99))); }
std::string Faker::city() { return pick(cities); }
std::string Faker::street() {
  const std::int64_t number = integer(1, 199);
  return std::to_string(number) + " " + pick(streets);
}
std::string Faker::postcode() { return format("%05d", static_cast<int>(integer(0, 99999))); }
std::string Faker::company() {
  const std::string owner = last_name();
  return owner + " " + pick({"Works", "Labs", "Trading", "& Sons", "Systems"});
}
std::string Faker::word() { return pick(words); }
std::string Faker::sentence(int count) {
  std::string sentence;
  for (int i = 0; i < count; ++i) sentence += (i == 0 ? "" : " ") + word();
  if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z')
    sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
  return sentence + ".";
}
std::string Faker::uuid() {
  const std::uint64_t high = (next() & ~std::uint64_t{0xf000}) | 0x4000;
  const std::uint64_t low = (next() >> 2) | std::uint64_t{1} << 63;
  return format("%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xffff),
                static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xffffffffffff));
}
std::string Faker::text(std::size_t length) {
  constexpr std::string_view characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  while (text.size() < length) text += pick(characters);
  return text;
}
std::string Faker::date(int first_year, int last_year) {
  const int year = static_cast<int>(integer(first_year, last_year)), month = static_cast<int>(integer(1, 12));
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int days[] = {31, is_leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return format("%04d-%02d-%02d", year, month, static_cast<int>(integer(1, days[month - 1])));
}

}  // namespace e2e
