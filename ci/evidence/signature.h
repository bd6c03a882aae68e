// Signatures by OpenSSH's ssh-keygen -Y (PROTOCOL.sshsig) or minisign, whichever the key is of.
#pragma once

#include <optional>
#include <string>

#include "ci/evidence/archive.h"

namespace simple::evidence {

bool is_signature(const std::string& name);

// Throws std::runtime_error where the key is neither's, or its program is not there.
void demand_key(const std::string& key);

// Adds the signature of the manifest. Throws std::runtime_error.
void sign(Files& files, const std::string& key);

// Who signed the manifest, of those whom `signers` lists: ssh-keygen's allowed_signers, or minisign's public key. None
// where nothing is signed. Throws std::runtime_error where the signature does not hold.
std::optional<std::string> signer(const Files& files, const std::string& signers);

}  // namespace simple::evidence
