"""`python -m lstm_teach` is `lstm-teach`."""

from lstm_teach.launch import main

main()
