#!/bin/sh
# Renders static/icons/*.png and favicon.ico from the two SVG drawings there. Run it after changing
# a drawing; needs chromium and ImageMagick.
set -eu
cd "$(dirname "$0")/../static/icons"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

render() {
  printf '<!doctype html><style>body{margin:0}img{display:block}</style><img src="file://%s" width=512 height=512>' \
    "$PWD/$1.svg" > "$work/$1.html"
  chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --disable-background-networking \
    --user-data-dir="$work/profile" --allow-file-access-from-files --default-background-color=00000000 \
    --window-size=512,512 --screenshot="$work/$1.png" "file://$work/$1.html" 2> "$work/log"
}

render icon
render maskable
convert "$work/icon.png" -strip -resize 512x512 -colors 160 -define png:compression-level=9 PNG8:icon-512.png
convert "$work/icon.png" -strip -resize 192x192 -colors 160 -define png:compression-level=9 PNG8:icon-192.png
convert "$work/maskable.png" -strip -resize 512x512 -colors 160 -define png:compression-level=9 PNG8:maskable-512.png
convert "$work/maskable.png" -strip -resize 180x180 -colors 160 -define png:compression-level=9 PNG8:apple-touch-icon.png
convert "$work/icon.png" -strip -define icon:auto-resize=16,32,48 favicon.ico
