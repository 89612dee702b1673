// Copies an ELF file and spoils the copy:
//   forge machine SOURCE TARGET NUMBER    says it was built for another e_machine
//   forge halve SOURCE TARGET             keeps the first half of the bytes
#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

int fail(const std::string& why) {
  std::cerr << "forge: " << why << '\n';
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) return fail("usage: forge machine|halve SOURCE TARGET [NUMBER]");
  std::ifstream source(words[1], std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(source)), std::istreambuf_iterator<char>());
  if (bytes.size() < sizeof(Elf64_Ehdr)) return fail(words[1] + " is not an ELF file");

  if (words[0] == "machine" && words.size() == 4) {
    const unsigned long machine = std::strtoul(words[3].c_str(), nullptr, 10);
    bytes[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(machine & 0xff);
    bytes[offsetof(Elf64_Ehdr, e_machine) + 1] = static_cast<char>(machine >> 8 & 0xff);
  } else if (words[0] == "halve" && words.size() == 3) {
    bytes.resize(bytes.size() / 2);
  } else {
    return fail("unknown: " + words[0]);
  }

  std::ofstream target(words[2], std::ios::binary | std::ios::trunc);
  target.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  target.close();
  return target ? EXIT_SUCCESS : fail("cannot write " + words[2]);
}
