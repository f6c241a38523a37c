@echo off
rem Bấm đúp để mở bàn làm việc (run.py desk): chỉ xem, trên máy này. Làm việc: thêm --write, hoặc run.py lab.
chcp 65001 >nul
title Bàn làm việc
cd /d "%~dp0"
set "PYTHON=py"
where py >nul 2>nul || set "PYTHON=python"
%PYTHON% run.py desk %*
set "CODE=%errorlevel%"
if not "%CODE%"=="0" pause
exit /b %CODE%
