package git

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeRepository makes the folder that it runs in look like a repository in which main is
// the branch itself, and which starts a program when it is asked what has changed.
const fakeRepository = `
mkdir -p refs/heads refs/remotes/origin objects/info
git rev-parse HEAD >fake && mv fake HEAD && cp HEAD refs/heads/main
echo ../../.git/objects >objects/info/alternates
printf '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch %s; false"\n' "$MARK" >config
`

// TestContentStartsNothingAndHidesNothing changes environments/a.yaml and lets content, or
// the checkout's own configuration, tell git otherwise. Whether that is seen or refused,
// the program that touches MARK must not have run.
func TestContentStartsNothingAndHidesNothing(t *testing.T) {
	const found = "" // the change was found
	for name, c := range map[string]struct{ script, in, ref, refused string }{
		"nothing special":           {"", ".", "main", found},
		"from a folder below":       {"", "deep/er", "main", found},
		"a repository in the roots": {"cd environments\n" + fakeRepository, ".", "main", found},
		"started in such a folder":  {"cd environments\n" + fakeRepository, "environments", "main", "looks like a bare git repository"},
		"started below it":          {"mkdir environments/sub; cd environments\n" + fakeRepository, "environments/sub", "main", "looks like a bare git repository"},
		"fsmonitor":                 {`git config core.fsmonitor "touch $MARK; false"`, ".", "main", found},
		"fsmonitor by a hook":       {`git config core.fsmonitor .git/hooks/watch; printf '#!/bin/sh\ntouch %s\n' "$MARK" >.git/hooks/watch; chmod +x .git/hooks/watch`, ".", "main", found},
		"filters": {`git config filter.x.clean "touch $MARK; git cat-file blob main:environments/a.yaml"; git config filter.x.process "touch $MARK"; git config filter.x.smudge "touch $MARK"
			echo '* filter=x' >.gitattributes; cp .gitattributes environments`, ".", "main", found},
		"text conversion and diff drivers": {`git config diff.x.textconv "touch $MARK; true"; git config diff.x.command "touch $MARK; true"; git config diff.external "touch $MARK"
			echo '* diff=x' >.gitattributes; cp .gitattributes .git/info/attributes`, ".", "main", found},
		"line ends and export":     {`printf '* text eol=crlf ident export-ignore\n' >.gitattributes; git config core.autocrlf true`, ".", "main", found},
		"hooks":                    {`for h in post-index-change pre-auto-gc post-checkout reference-transaction; do printf '#!/bin/sh\ntouch %s\n' "$MARK" >.git/hooks/$h; chmod +x .git/hooks/$h; done; git config core.hooksPath .git/hooks`, ".", "main", found},
		"a pager":                  {`git config core.pager "touch $MARK"; git config pager.cat-file true; git config pager.rev-parse true`, ".", "main", found},
		"aliases":                  {`git config alias.cat-file "!touch $MARK"; git config alias.rev-parse "!touch $MARK"`, ".", "main", found},
		"unchanged by the index":   {`git update-index --assume-unchanged environments/a.yaml; git update-index --skip-worktree environments/a.yaml`, ".", "main", found},
		"ignored by git":           {`printf 'environments\n*.yaml\n' >.gitignore; git rm -q --cached environments/a.yaml`, ".", "main", found},
		"a replaced commit":        {`git commit -qam branch; git replace main HEAD`, ".", "main", found},
		"a tag of a branch's name": {`git commit -qam branch; git update-ref refs/remotes/origin/main main; git tag origin/main`, ".", "origin/main", "two meanings"},
		"a branch of a tag's name": {`git tag release main; git commit -qam branch; git branch release`, ".", "release", "two meanings"},
		"a branch called HEAD":     {`git commit -qam branch; git update-ref refs/heads/HEAD HEAD`, ".", "main...", "two meanings"},
		"the whole name":           {`git commit -qam branch; git update-ref refs/remotes/origin/main main; git tag origin/main`, ".", "refs/remotes/origin/main", found},
		"another work tree":        {`mkdir other; cp -r environments other; git config core.worktree "$PWD/other"`, ".", "main", "names it"},
		"alternates of the user":   {`mv .git/objects ../objects; mkdir -p .git/objects/info; echo "$PWD/../objects" >.git/objects/info/alternates`, ".", "main", found},
		"an origin that is a command": {`git config remote.origin.url "ext::touch $MARK"; git config remote.origin.promisor true; git config protocol.ext.allow always
			git config extensions.partialClone origin; git config core.repositoryformatversion 1
			rm -f ".git/objects/$(git rev-parse main:environments | sed 's,..,&/,')"`, ".", "main", "not in this clone"},
		"a repository between":             {`git init -q environments`, ".", "main", "a git repository of its own"},
		"a link on the way":                {`mv environments real; ln -s real environments`, ".", "main", "is a link"},
		"a git directory by a file":        {`mv .git ../elsewhere; echo "gitdir: ../elsewhere" >.git`, ".", "main", found},
		"a file that names another folder": {`printf 'gitdir: %s\n' "$PWD/fake" >.git.txt; mkdir fake; cp -r .git/. fake; git --git-dir=fake config core.worktree "$PWD"; rm -rf .git; cp -r fake .git; printf '[core]\n\tworktree = /\n' >>.git/config`, ".", "main", "names it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newRepository(t, map[string]string{"environments/a.yaml": "a: 1\n", "environments/b.yaml": "b: 1\n", "deep/er/x": ""})
			mark := filepath.Join(t.TempDir(), "started")
			runGit(t, dir, "", "branch", "-M", "main")
			runGit(t, dir, "", "checkout", "-q", "-b", "branch")
			require.NoError(t, os.WriteFile(filepath.Join(dir, "environments", "a.yaml"), []byte("a: 2\n"), 0o644))
			shell(t, dir, mark, c.script)
			os.Remove(mark) // preparing may start it
			changed, err := changedIn(t, filepath.Join(dir, c.in), filepath.Join(dir, "environments"), c.ref)
			if c.refused == "" {
				require.NoError(t, err)
				assert.Contains(t, changed, "a.yaml")
				assert.NotContains(t, changed, "b.yaml", "it is the same")
			} else {
				assert.ErrorContains(t, err, c.refused)
			}
			assert.NoFileExists(t, mark, "content started a program")
		})
	}
}

// TestOtherCheckoutsWork prepares checkouts in a folder below, whose environments/a.yaml
// differs from main.
func TestOtherCheckoutsWork(t *testing.T) {
	for name, script := range map[string]string{
		"a linked worktree":           `git worktree add -q below branch`,
		"a submodule":                 `git clone -q . ../origin; git -c protocol.file.allow=always submodule --quiet add ../origin below && git -C below branch main`,
		"a clone":                     `git clone -q . below; git -C below branch -q main origin/main`,
		"a clone that shares objects": `git clone -q --shared . below; git -C below branch -q main origin/main`,
		"a repository of its own":     `cp -r .git ../git; mkdir below; cp -r ../git below/.git; git -C below checkout -q -f branch`,
		"a repository of SHA-256":     `git init -q --object-format=sha256 -b main below; cp -r environments below; cd below; git add -A; git commit -qm x; git checkout -qb branch`,
		"a checkout without some":     `git worktree add -q below branch; git -C below sparse-checkout set deep`,
		"a packed one":                `git worktree add -q below branch; git gc -q`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newRepository(t, map[string]string{"environments/a.yaml": "a: 1\n", "deep/er/x": ""})
			runGit(t, dir, "", "branch", "-M", "main")
			runGit(t, dir, "", "checkout", "-q", "-b", "branch")
			runGit(t, dir, "", "checkout", "-q", "--detach")
			shell(t, dir, "", script)
			below := filepath.Join(dir, "below")
			at := filepath.Join(below, "environments", "a.yaml")
			require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
			require.NoError(t, os.WriteFile(at, []byte("a: 2\n"), 0o644))
			changed, err := changedIn(t, below, filepath.Dir(at), "main")
			require.NoError(t, err)
			assert.Equal(t, []string{"a.yaml"}, changed)
			_, err = changedIn(t, dir, filepath.Dir(at), "main")
			assert.Condition(t, func() bool { return name == "a linked worktree" || err != nil }, "it is not the repository around it")
		})
	}
}

func TestMergeBase(t *testing.T) {
	t.Parallel()
	dir := newRepository(t, map[string]string{"environments/a.yaml": "a: 1\n"})
	shell(t, dir, "", `git branch -M main; git tag start; git checkout -qb branch; git commit -qm mine --allow-empty
		git checkout -q main; git commit -qm theirs --allow-empty; git checkout -q branch; git checkout -q --orphan other; git commit -qm alone; git checkout -q branch
		git clone -q --depth 1 --no-single-branch "file://$PWD" shallow; git -C shallow checkout -q branch`)
	r, start := open(t, dir), runGit(t, dir, "", "rev-parse", "start")
	for _, name := range []string{"start", "main...", "main...HEAD", "start...", "HEAD~1..."} {
		id, err := r.Commit(t.Context(), name)
		require.NoError(t, err, name)
		assert.Equal(t, start, id, name)
	}
	for name, want := range map[string]string{"nowhere...": "no such commit", "main...main": "no such commit", "...": "no such commit", "other...": "have no commit in common"} {
		_, err := r.Commit(t.Context(), name)
		assert.ErrorContains(t, err, want, name)
	}
	_, err := open(t, filepath.Join(dir, "shallow")).Commit(t.Context(), "origin/main...")
	assert.EqualError(t, err, "this shallow clone lacks the merge base of origin/main and HEAD")
}

// TestRepositoriesOfOthersAreNotRead needs root, who alone gives files away.
func TestRepositoriesOfOthersAreNotRead(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root")
	}
	dir := newRepository(t, map[string]string{"a": ""})
	shell(t, dir, "", "chown -R 12345 .")
	t.Setenv("SUDO_UID", "0")
	_, err := Client{os.Getenv}.Open(t.Context(), dir)
	require.EqualError(t, err, "the repository belongs to another user, and git does not read such a one")
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "safe.directory")
	t.Setenv("GIT_CONFIG_VALUE_0", dir)
	open(t, dir)
}

// shell runs a script that prepares a case.
func shell(t *testing.T, dir, mark, script string) {
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "MARK="+mark, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

func changedIn(t *testing.T, dir, folder, ref string) ([]string, error) {
	r, err := Client{os.Getenv}.Open(t.Context(), dir)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if _, err := r.Place(folder); err != nil {
		return nil, err
	}
	id, err := r.Commit(t.Context(), ref)
	if err != nil {
		return nil, err
	}
	return r.Changed(id, folder)
}
