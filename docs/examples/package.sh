#!/usr/bin/env bash
# Builds the packages into target/package/: a Debian package, an archive, a wheel.
#
# Needs the Rust toolchain, python3, and (installed where they are missing):
#   cargo-deb          from crates.io
#   maturin, ziglang   from PyPI: they link against the oldest glibc that is claimed
set -euo pipefail
cd "$(dirname "$0")/../.."

triple=x86_64-unknown-linux-gnu
# The oldest C library that the archive and the packages claim: Debian 11, Ubuntu 20.04.
glibc=2.31
out=target/package
name=ikkm-conformance

command -v cargo-deb >/dev/null || cargo install --locked cargo-deb
command -v maturin >/dev/null || pip install --quiet maturin
python3 -c 'import ziglang' 2>/dev/null || pip install --quiet ziglang
target=${CARGO_TARGET_DIR:-target}

rm -rf "$out"
mkdir -p "$out/man" "$out/completions"

# The wheel: `pip install` brings the command to machines with Python. Its program is that of the other
# packages too, so that there is one release build.
maturin build --quiet --release --zig --target "$triple" --compatibility "manylinux_${glibc/./_}" \
    --bindings bin --out "$out"
program=$target/$triple/release/$name

"$program" man "$out/man"
"$program" completions bash > "$out/completions/$name.bash"
"$program" completions zsh > "$out/completions/_$name"
"$program" completions fish > "$out/completions/$name.fish"
# The reference pages, as plain Markdown beside the docs.
"$program" reference "$out/reference" > /dev/null

version=$("$program" -V | cut -d' ' -f2)

# The archive.
folder=$name-$version-$triple
mkdir -p "$out/$folder/docs/examples"
cp "$program" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$out/$folder/"
cp -r "$out/man" "$out/completions" "$out/$folder/"
cp docs/*.md "$out/$folder/docs/"
cp -r "$out/reference" "$out/$folder/docs/"
cp docs/examples/*.py "$out/$folder/docs/examples/"
tar -czf "$out/$folder.tar.gz" -C "$out" "$folder"
rm -r "${out:?}/$folder"

# The Debian package.
cargo deb --no-build --no-strip --target "$triple" --output "$out/"

ls -l "$out"
