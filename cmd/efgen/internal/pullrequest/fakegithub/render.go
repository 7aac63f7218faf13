package fakegithub

import (
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	repositoryID   = "1"
	repositoryNode = "R_1"
)

// now is the time of the fake, whose clock moves only when something happens.
func (s *Server) now() time.Time {
	return time.Date(2026, time.January, 1, 0, 0, s.seconds, 0, time.UTC)
}

func (s *Server) tick() time.Time {
	s.seconds++
	return s.now()
}

func (s *Server) tickTime() *time.Time {
	now := s.tick()
	return &now
}

func (s *Server) api(parts ...string) string {
	return s.URL + "/repos/" + Owner + "/" + s.name + "/" + strings.Join(parts, "")
}

func (s *Server) html(parts ...string) string {
	return "https://github.com/" + Owner + "/" + s.name + "/" + strings.Join(parts, "")
}

// user describes an account; people, Apps and organisations look alike.
func (s *Server) user(login string) object {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(login)) // never fails
	self := s.URL + "/users/" + login
	user := object{
		"login": login, "id": hash.Sum32(), "node_id": "U_" + login, "gravatar_id": "", "site_admin": false, "url": self,
		"avatar_url": "https://avatars.example.com/" + login, "html_url": "https://github.com/" + login, "type": userType(login),
	}
	for _, link := range []string{"events", "followers", "following", "gists", "organizations", "received_events", "repos", "starred", "subscriptions"} {
		user[link+"_url"] = self + "/" + link
	}
	return user
}

func userType(login string) string {
	switch {
	case login == Owner:
		return "Organization"
	case strings.HasSuffix(login, "[bot]"):
		return "Bot"
	}
	return "User"
}

var repositoryLinks = strings.Fields(`archive assignees blobs branches collaborators comments commits compare contents
	contributors deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues
	keys labels languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags
	teams trees`)

// repository describes the repository, or a fork of it.
func (s *Server) repository(owner string) object {
	self := s.URL + "/repos/" + owner + "/" + s.name
	html := "https://github.com/" + owner + "/" + s.name
	id, node := 1, repositoryNode
	if owner != Owner {
		id, node = 2, "R_2"
	}
	repository := object{
		"id": id, "node_id": node, "name": s.name, "full_name": owner + "/" + s.name, "owner": s.user(owner),
		"private": true, "fork": owner != Owner, "default_branch": s.Default, "description": nil, "homepage": nil, "language": nil,
		"license": nil, "mirror_url": nil, "archived": false, "disabled": false, "size": 1,
		"url": self, "html_url": html, "clone_url": html + ".git", "svn_url": html,
		"git_url": "git://github.com/" + owner + "/" + s.name + ".git", "ssh_url": "git@github.com:" + owner + "/" + s.name + ".git",
		"created_at": s.now(), "updated_at": s.now(), "pushed_at": s.now(),
	}
	for _, link := range repositoryLinks {
		repository[link+"_url"] = self + "/" + link
	}
	for _, feature := range []string{"discussions", "downloads", "issues", "pages", "projects", "wiki"} {
		repository["has_"+feature] = false
	}
	for _, count := range strings.Fields("forks forks_count network_count open_issues open_issues_count stargazers_count subscribers_count watchers watchers_count") {
		repository[count] = 0
	}
	return repository
}

func (s *Server) getRepository(*http.Request) answer { return ok(s.repository(Owner)) }

func (s *Server) users(logins []string) []object {
	users := []object{}
	for _, login := range logins {
		users = append(users, s.user(login))
	}
	return users
}

func (s *Server) labels(names []string) []object {
	labels := []object{}
	for _, name := range names {
		labels = append(labels, object{
			"id": 1, "node_id": "LA_" + name, "url": s.api("labels/", name), "name": name, "color": "ededed",
			"description": "", "default": false,
		})
	}
	return labels
}

func (s *Server) teams(slugs []string) []object {
	teams := []object{}
	for _, slug := range slugs {
		self := s.URL + "/organizations/1/team/" + slug
		teams = append(teams, object{
			"id": 1, "node_id": "T_" + slug, "url": self, "html_url": "https://github.com/orgs/" + Owner + "/teams/" + slug,
			"members_url": self + "/members{/member}", "repositories_url": self + "/repos", "name": slug, "slug": slug,
			"description": nil, "permission": "pull", "parent": nil, "privacy": "closed", "type": "organization", "organization_id": 1,
		})
	}
	return teams
}

func (p *Pull) nodeID() string { return fmt.Sprintf("PR_%d", p.Number) }

func (s *Server) branchOf(owner, branch, sha string) object {
	return object{"label": owner + ":" + branch, "ref": branch, "sha": sha, "user": s.user(owner), "repo": s.repository(owner)}
}

// issueOrPull is what a pull request shows also as an issue.
func (s *Server) issueOrPull(p *Pull) object {
	return object{
		"id": p.Number, "node_id": p.nodeID(), "number": p.Number, "title": p.Title, "body": orNull(p.Body), "state": p.State,
		"locked": false, "user": s.user(p.User), "author_association": "CONTRIBUTOR", "milestone": nil,
		"labels": s.labels(p.Labels), "assignee": nil, "assignees": s.users(p.Assignees), "html_url": s.html("pull/", strconv.Itoa(p.Number)),
		"created_at": p.createdAt, "updated_at": p.updatedAt, "closed_at": p.closedAt,
	}
}

// simplePull is what lists show of a pull request.
func (s *Server) simplePull(p *Pull) object {
	n := strconv.Itoa(p.Number)
	self, issue, html := s.api("pulls/", n), s.api("issues/", n), s.html("pull/", n)
	links := map[string]string{
		"self": self, "html": html, "issue": issue, "comments": issue + "/comments", "review_comments": self + "/comments",
		"review_comment": s.api("pulls/comments{/number}"), "commits": self + "/commits", "statuses": s.api("statuses/", p.HeadSHA),
	}
	pull := s.issueOrPull(p)
	maps.Copy(pull, object{
		"draft": p.Draft, "auto_merge": nil, "head": s.branchOf(p.HeadOwner, p.Head, p.HeadSHA), "base": s.branchOf(Owner, p.Base, p.BaseSHA),
		"requested_reviewers": s.users(p.Reviewers), "requested_teams": s.teams(p.Teams),
		"merge_commit_sha": orNull(p.MergeSHA), "merged_at": p.mergedAt,
		"url": self, "issue_url": issue, "diff_url": html + ".diff", "patch_url": html + ".patch",
	})
	hrefs := object{}
	for name, target := range links {
		hrefs[name] = object{"href": target}
		if _, has := pull[name+"_url"]; !has && name != "self" {
			pull[name+"_url"] = target
		}
	}
	pull["_links"] = hrefs
	return pull
}

// fullPull adds what only the pull request itself shows. The counts of commits and
// lines stay 0: nobody here asks for them.
func (s *Server) fullPull(p *Pull) object {
	pull := s.simplePull(p)
	for _, count := range strings.Fields("additions changed_files comments commits deletions review_comments") {
		pull[count] = 0
	}
	pull["merged"], pull["merged_by"] = p.Merged, nil
	pull["mergeable"], pull["mergeable_state"] = nil, "unknown"
	pull["maintainer_can_modify"] = false
	return pull
}

// issue is the pull request as the endpoints of issues show it.
func (s *Server) issue(p *Pull) object {
	self, issue := s.api("issues/", strconv.Itoa(p.Number)), s.issueOrPull(p)
	issue["url"], issue["repository_url"], issue["comments"] = self, s.URL+"/repos/"+Owner+"/"+s.name, 0
	for _, link := range []string{"comments", "events"} {
		issue[link+"_url"] = self + "/" + link
	}
	issue["labels_url"] = self + "/labels{/name}"
	return issue
}

func (s *Server) comment(c Comment) object {
	return object{
		"id": c.id, "node_id": fmt.Sprintf("IC_%d", c.id), "body": c.Body, "user": s.user(c.User), "created_at": c.at, "updated_at": c.at,
		"url": s.api("issues/comments/", strconv.Itoa(c.id)), "issue_url": s.api("issues/", strconv.Itoa(c.Pull)),
		"html_url": s.html(fmt.Sprintf("pull/%d#issuecomment-%d", c.Pull, c.id)), "author_association": "CONTRIBUTOR",
	}
}

// repositoryCommit is a commit as the comparison shows it.
func (s *Server) repositoryCommit(c commit) object {
	self := s.api("commits/", c.sha)
	return object{
		"sha": c.sha, "node_id": "C_" + c.sha, "url": self, "html_url": s.html("commit/", c.sha), "comments_url": self + "/comments",
		"author": nil, "committer": nil, "parents": s.parents(c),
		"commit": object{
			"url": s.api("git/commits/", c.sha), "author": c.author, "committer": c.committer, "message": c.message, "comment_count": 0,
			"tree": object{"sha": c.tree, "url": s.api("git/trees/", c.tree)}, "verification": s.verification(c.sha),
		},
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
