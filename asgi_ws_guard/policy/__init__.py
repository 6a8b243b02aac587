"""What a deployment wants: policies, the paths that they hold on, and what was found right under them before.

Nothing is imported here: who asks for a policy need not wait for what few ask for, such as `Denial`.
"""
