#!/bin/sh
# Bấm đúp, chọn “Chạy trong cửa sổ lệnh” (Run in Terminal), để mở bàn làm việc: chỉ xem, trên máy này.
cd "$(dirname "$0")" || exit 1
python3 run.py desk "$@" && exit
code=$?
printf 'Chưa mở được; đọc lời báo ở trên. Bấm Enter để đóng.'
read -r _
exit "$code"
